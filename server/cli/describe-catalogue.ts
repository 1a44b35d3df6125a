import { z } from "zod";
import { priorityNames } from "@/lib/task/schema.ts";
import type { CliOperation, Field, Value } from "./catalogue.ts";

// Runs when the product is set up, never with a command: what it makes is what commands are a loop over.

interface Entry {
  "~orpc": {
    meta: { effect: "read" | "write"; isDestructive?: true; without?: { cli?: string } };
    route: { method?: string; path?: string; summary?: string; successStatus?: number };
    inputSchema: z.ZodType;
    outputSchema: z.ZodType;
  };
}
interface JsonSchema {
  type?: string;
  anyOf?: JsonSchema[];
  enum?: string[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  default?: unknown;
  description?: string;
  "x-words"?: string[];
}

/** The catalogue without its schemas: what a command needs to know of every operation it shows. */
export function describeCatalogue(contract: object): CliOperation[] {
  return Object.entries(contract as Record<string, Record<string, Entry>>).flatMap(([noun, entries]) =>
    Object.entries(entries)
      .filter(([, entry]) => entry["~orpc"].meta.without?.cli === undefined)
      .map(([verb, entry]) => describeOperation(noun, verb, entry)),
  );
}

function describeOperation(noun: string, verb: string, { "~orpc": { meta, route, inputSchema, outputSchema } }: Entry) {
  const { method = "POST", path = "/", summary = "" } = route;
  const input = schemaOf(inputSchema, "input");
  const output = schemaOf(outputSchema, "output");
  const fields = Object.entries(input.properties ?? {}).map(([name, schema]) => ({
    name,
    ...takenBy(name, schema),
    isRequired: input.required?.includes(name) === true,
    isInPath: path.includes(`{${name}}`),
  }));
  return {
    name: `${noun}.${verb}`,
    noun: kebab(noun),
    verb: kebab(verb),
    method,
    path,
    summary,
    isWrite: meta.effect === "write",
    isDestructive: meta.isDestructive === true,
    isKeyed: route.successStatus === 201,
    isPaged: input.properties?.cursor !== undefined && output.properties?.nextCursor !== undefined,
    fields: [...inPathOrder(fields, path), ...fields.filter(({ isInPath }) => !isInPath)],
  };
}

const schemaOf = (schema: z.ZodType, io: "input" | "output"): JsonSchema =>
  z.toJSONSchema(schema, { io, unrepresentable: "any" }) as JsonSchema;

const inPathOrder = (fields: Field[], path: string): Field[] =>
  fields.filter(({ isInPath }) => isInPath).sort((a, b) => path.indexOf(`{${a.name}}`) - path.indexOf(`{${b.name}}`));

function takenBy(name: string, schema: JsonSchema): Value {
  const some = schema.anyOf?.filter(({ type }) => type !== "null") ?? [schema];
  const [one = schema] = some;
  const choices = schema["x-words"] ?? one.enum ?? one.items?.enum;
  const description = schema.description ?? one.description;
  return {
    kind: kindOf(some.length > 1 ? {} : one, schema),
    ...(schema.anyOf !== undefined && some.length < schema.anyOf.length ? { isNullable: true as const } : {}),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(description === undefined ? {} : { description }),
    ...(choices === undefined ? {} : { choices }),
    ...(one.items?.type === "object" ? { isOfObjects: true as const } : {}),
    ...(one.properties === undefined ? {} : { properties: propertiesOf(one.properties) }),
    ...(name === "priority" && one.type === "integer" ? { words: priorityWords } : {}),
  };
}

/** Without descriptions: help has no room for what is inside. */
const propertiesOf = (properties: Record<string, JsonSchema>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => {
      const { description: _, ...value } = takenBy(name, schema);
      return [name, value];
    }),
  );

function kindOf({ type }: JsonSchema, whole: JsonSchema): Field["kind"] {
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "boolean";
  // Text whose parts are told apart by commas is a list to whoever types it.
  if (type === "array" || whole["x-words"] !== undefined) return "list";
  return type === "string" ? "text" : "object";
}

/** URGENT is reserved for the system. */
const priorityWords = Object.fromEntries(
  priorityNames.filter((name) => name !== "urgent").map((name, priority) => [name, priority]),
);

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

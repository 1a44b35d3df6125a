import { z } from "zod";

/** A JSON schema, as far as it is looked into here. */
export interface JsonSchema {
  [keyword: string]: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

/** What a model has to read and has nothing of: formats written out as patterns, bounds of what a number can be. */
const noise: ReadonlySet<string> = new Set(["$schema", "pattern", "propertyNames"]);
/** Objects in an answer are described so deep: the answer and the rows of its list. The whole shapes are in the OpenAPI document. */
const answerDepth = 2;
/** Of answers the shape alone is told: they are read, not written. */
const bounds: ReadonlySet<string> = new Set([
  ...["description", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "format"],
  ...["additionalProperties", "default", "required"],
]);

export const inputJsonSchema = (schema: z.ZodType): JsonSchema => jsonSchema(schema, (name) => !noise.has(name));

export const outputJsonSchema = (schema: z.ZodType): JsonSchema =>
  jsonSchema(schema, (name) => !noise.has(name) && !bounds.has(name), answerDepth);

type Keeps = (keyword: string) => boolean;

/** As callers send and get it: with defaults not required, and open to fields that are added later. */
function jsonSchema(schema: z.ZodType, keeps: Keeps, depth = Number.POSITIVE_INFINITY): JsonSchema {
  return pruned(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), keeps, depth) as JsonSchema;
}

function pruned(schema: unknown, keeps: Keeps, depth: number): unknown {
  if (Array.isArray(schema)) return schema.map((one) => pruned(one, keeps, depth));
  if (typeof schema !== "object" || schema === null) return schema;
  if ("properties" in schema && depth === 0) return { type: "object" };
  const kept = Object.entries(schema).filter(([keyword, value]) => keeps(keyword) && !isNoBound(keyword, value));
  return Object.fromEntries(
    kept.map(([keyword, value]) => [
      keyword,
      keyword === "properties" ? prunedProperties(value as object, keeps, depth - 1) : pruned(value, keeps, depth),
    ]),
  );
}

/** Their names are not keywords. */
const prunedProperties = (properties: object, keeps: Keeps, depth: number) =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, pruned(schema, keeps, depth)]));

const isNoBound = (keyword: string, value: unknown): boolean =>
  (keyword === "maximum" && value === Number.MAX_SAFE_INTEGER) ||
  (keyword === "minimum" && value === Number.MIN_SAFE_INTEGER);

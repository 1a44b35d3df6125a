import type { OpenApiDocument } from "@/lib/http/openapi/document.ts";

/** A schema of the document, as far as it is shown. */
export interface Shape {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

export interface Field {
  name: string;
  place: string;
  shape: Shape;
  isRequired: boolean;
}

export interface Refusal {
  status: string;
  codes: { code: string; nextStep: string }[];
}

/** One operation, ready to be shown. */
export interface Entry {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  fields: Field[];
  exampleBody: unknown;
  success: { status: string; shape: Shape; example: unknown };
  refusals: Refusal[];
}

export interface Group {
  name: string;
  description: string;
  entries: Entry[];
}

interface Raw {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { $ref?: string; name: string; in: string; required?: boolean; schema: Shape; description?: string }[];
  requestBody?: { content: Record<string, { schema: Shape; example?: unknown }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Shape; example?: unknown }> }>;
}

/** The document by its tags, in their order. */
export function groupsOf(document: OpenApiDocument): Group[] {
  const entries = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as unknown as Record<string, Raw>)
      .filter(([method]) => method !== "servers")
      .map(([method, raw]) => ({ tag: raw.tags?.[0], entry: entryOf(document, { path, method, raw }) })),
  );
  return document.tags.map(({ name, description }) => ({
    ...{ name, description },
    entries: entries.flatMap(({ tag, entry }) => (tag === name ? [entry] : [])),
  }));
}

function entryOf(document: OpenApiDocument, { path, method, raw }: { path: string; method: string; raw: Raw }): Entry {
  const body = raw.requestBody?.content["application/json"];
  const isPlain = path.startsWith("/api") || path === "/mcp";
  const [status = "200", response] = Object.entries(raw.responses).find(([status]) => status.startsWith("2")) ?? [];
  const answer = response?.content?.["application/json"];
  return {
    ...{ id: raw.operationId, method: method.toUpperCase(), path: isPlain ? path : `/api/v1${path}` },
    ...{ summary: raw.summary ?? raw.operationId, description: raw.description ?? "" },
    fields: [...(raw.parameters ?? []).flatMap((one) => parameterField(document, one)), ...bodyFields(body?.schema)],
    exampleBody: body?.example,
    success: { status, shape: answer?.schema ?? {}, example: answer?.example },
    refusals: Object.entries(raw.responses).flatMap(([code, one]) => refusalOf(document, code, one.$ref)),
  };
}

function parameterField(document: OpenApiDocument, given: NonNullable<Raw["parameters"]>[number]): Field[] {
  const found = given.$ref === undefined ? given : (resolve(document, given.$ref) as typeof given);
  const { name, in: place, required = false, schema, description } = found;
  return [{ name, place, isRequired: required, shape: { ...schema, ...(description ? { description } : {}) } }];
}

function bodyFields(schema: Shape | undefined): Field[] {
  return Object.entries(schema?.properties ?? {}).map(([name, shape]) => ({
    ...{ name, place: "body", shape, isRequired: schema?.required?.includes(name) === true },
  }));
}

/** Codes and what to do about them, from the description of the shared response. */
function refusalOf(document: OpenApiDocument, status: string, ref: string | undefined): Refusal[] {
  if (ref === undefined) return [];
  const { description } = resolve(document, ref) as { description: string };
  const codes = [...description.matchAll(/`([A-Z_]+)`: ([^\n]+)/g)];
  return [{ status, codes: codes.map(([, code = "", nextStep = ""]) => ({ code, nextStep })) }];
}

const resolve = (document: OpenApiDocument, ref: string): unknown =>
  ref
    .slice(2)
    .split("/")
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document);

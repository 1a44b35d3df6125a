import fc from "fast-check";
import type { OperationObject } from "@/lib/http/openapi/describe-operation.ts";
import type { OpenApiDocument } from "@/lib/http/openapi/document.ts";
import { type Known, objectOf, type Schema, valueFor } from "./from-schema.ts";

export interface FuzzRequest {
  operationId: string;
  method: string;
  /** With its query. */
  path: string;
  body: string | undefined;
  headers: Record<string, string>;
}

interface Described {
  path: string;
  method: string;
  operation: OperationObject;
}

/** Requests to everything the document names. */
export function requestsOf(document: OpenApiDocument, known: Known): fc.Arbitrary<FuzzRequest> {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== "servers")
      .map(([method, operation]) => ({
        path: path.startsWith("/api") || path === "/mcp" ? path : `/api/v1${path}`,
        method,
        operation,
      })),
  );
  return fc.constantFrom(...described).chain((one) => requestOf(one, known));
}

function requestOf({ path, method, operation }: Described, known: Known): fc.Arbitrary<FuzzRequest> {
  const parameters = (operation.parameters ?? []) as { name: string; in: string; required?: boolean; schema: Schema }[];
  const at = (where: string) => parameters.filter((parameter) => parameter.in === where);
  const parts = fc.tuple(
    ...at("path").map(({ name, schema }) => valueFor(schema, name, known).map((value) => [name, value] as const)),
  );
  const query = objectOf(
    {
      properties: Object.fromEntries(at("query").map(({ name, schema }) => [name, schema])),
      required: at("query").flatMap(({ name, required }) => (required ? [name] : [])),
    },
    known,
  );
  const schema = operation.requestBody?.content["application/json"]?.schema as Schema | undefined;
  return fc
    .record({
      parts,
      query,
      body: bodyOf(schema, known),
      key: headerOf("idempotency-key"),
      version: headerOf("if-match"),
    })
    .map(({ parts, query, body, key, version }) => ({
      operationId: operation.operationId!,
      method: method.toUpperCase(),
      path: addressOf(path, parts, query),
      body: method === "get" || method === "delete" ? undefined : body,
      headers: { ...key, ...version },
    }));
}

/** Half a character cannot stand in an address. */
const encoded = (value: unknown): string =>
  encodeURIComponent(
    Buffer.from(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))
      .toString()
      .slice(0, 1000)
      .replace(/[\ud800-\udfff]/g, "?"),
  );

/** Nobody waits for output here. Nothing in a place of the path would be another address. */
function addressOf(path: string, parts: (readonly [string, unknown])[], query: Record<string, unknown>): string {
  const named = parts.reduce((text, [name, value]) => text.replace(`{${name}}`, encoded(value) || "-"), path);
  const asked = Object.entries(query).filter(([name]) => name !== "waitSeconds");
  return asked.length === 0 ? named : `${named}?${asked.map(([name, value]) => `${name}=${encoded(value)}`).join("&")}`;
}

function bodyOf(schema: Schema | undefined, known: Known): fc.Arbitrary<string | undefined> {
  const fitting =
    schema === undefined ? fc.constant(undefined) : objectOf(schema, known).map((body) => JSON.stringify(body));
  const broken = fc.oneof(fc.constantFrom("{", "[]", "null", '"text"', "", "{}{}"), fc.json({ maxDepth: 2 }));
  return fc.oneof({ arbitrary: fitting, weight: 15 }, { arbitrary: broken, weight: 1 });
}

const headerOf = (name: string): fc.Arbitrary<Record<string, string>> =>
  fc.oneof(
    { arbitrary: fc.constant({}), weight: 8 },
    {
      arbitrary: fc.constantFrom('"1"', "1", "one", "k".repeat(201), 'W/"7"').map((value) => ({ [name]: value })),
      weight: 1,
    },
  );

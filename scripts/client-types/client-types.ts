import { operations } from "../../lib/catalogue.ts";
import { errorTable } from "../../lib/errors.ts";
import type { OpenApiDocument } from "../../lib/http/openapi/document.ts";
import { objectType, type Schema, typeOf } from "./type-of.ts";

interface Described {
  description?: string;
  parameters?: { $ref?: string; name: string; required?: boolean; schema: Schema; description?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}

/** The types of the client that others import, whole in one file: nobody needs our packages to be told them. */
export function clientTypes(document: OpenApiDocument): string {
  const rows = Object.entries(document.components.schemas as Record<string, Schema>).filter(
    ([name]) => name !== "Error",
  );
  const nouns = [...new Set(operations.map(({ noun }) => noun))];
  return `// Written from the catalogue of operations; do not edit.
${rows.map(([name, schema]) => `export type ${name} = ${objectType(schema)};`).join("\n")}
export type ErrorCode = ${Object.keys(errorTable)
    .map((code) => JSON.stringify(code))
    .join(" | ")};
export interface ClientOptions { url: string; token: string; fetch?: typeof fetch }
export interface CallOptions { idempotencyKey?: string; ifMatch?: number; signal?: AbortSignal }
export declare class RunboardError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly details: Record<string, unknown>;
  readonly retryAfterSeconds: number | null;
}
export interface Client {
${nouns.map((noun) => `  ${noun}: {\n${methodsOf(document, noun).join("\n")}\n  };`).join("\n")}
}
export declare function createClient(options: ClientOptions): Client;
`;
}

const methodsOf = (document: OpenApiDocument, noun: string): string[] =>
  operations
    .filter((operation) => operation.noun === noun)
    .map(({ verb, route }) => {
      const described = document.paths[route.path]![route.method.toLowerCase()] as unknown as Described;
      const input = inputOf(described);
      const isOptional = (input.required ?? []).length === 0;
      const output = described.responses[String(route.successStatus)]?.content?.["application/json"]?.schema ?? {};
      return `    /** ${described.description ?? route.summary} */
    ${verb}(input${isOptional ? "?" : ""}: ${objectType(input)}, options?: CallOptions): Promise<${typeOf(output)}>;`;
    });

/** Address, query and body together: a call does not tell them apart. */
function inputOf({ parameters = [], requestBody }: Described): Schema {
  const named = parameters.filter(({ $ref }) => $ref === undefined);
  const body = requestBody?.content["application/json"]?.schema ?? {};
  return {
    properties: {
      ...Object.fromEntries(
        named.map(({ name, schema, description }) => [name, { ...schema, ...(description ? { description } : {}) }]),
      ),
      ...body.properties,
    },
    required: [...named.flatMap(({ name, required }) => (required ? [name] : [])), ...(body.required ?? [])],
  };
}

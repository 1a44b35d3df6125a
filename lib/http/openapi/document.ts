import { OpenAPIGenerator } from "@orpc/openapi";
import { ZodToJsonSchemaConverter } from "@orpc/zod/zod4";
import { operations } from "@/lib/catalogue.ts";
import { chatMessageSchema } from "@/lib/chat/contract.ts";
import { contract } from "@/lib/contract.ts";
import { describeOperation, type OperationObject } from "@/lib/http/openapi/describe-operation.ts";
import { errorsOf } from "@/lib/http/openapi/errors-of.ts";
import { introduction, tags } from "@/lib/http/openapi/introduction.ts";
import { mcpErrors, openApiErrors, plainRoutes } from "@/lib/http/openapi/plain-routes.ts";
import { errorComponents, errorSchema } from "@/lib/http/openapi/responses.ts";
import { projectSchema } from "@/lib/project/schema.ts";
import { questionSchema } from "@/lib/question/schema.ts";
import { sessionPromptSchema, sessionSchema } from "@/lib/session/schema.ts";
import { taskSchema } from "@/lib/task/schema.ts";
import { cookieName } from "@/lib/token/token.ts";

export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: readonly { name: string; description: string }[];
  servers: { url: string }[];
  paths: Record<string, Record<string, OperationObject>>;
  components: { schemas: Record<string, object>; [more: string]: unknown };
}

let document: Promise<OpenApiDocument> | undefined;

/** The API as OpenAPI 3.1, made once from the catalogue. */
export function openApiDocument(): Promise<OpenApiDocument> {
  document ??= generate();
  return document;
}

async function generate(): Promise<OpenApiDocument> {
  const generated = (await new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(
    contract,
    { info: { title: "Runboard", version: "1", description: introduction }, tags: [...tags], commonSchemas } as never,
  )) as unknown as OpenApiDocument;
  for (const operation of operations) {
    const methods = generated.paths[operation.route.path]!;
    const method = operation.route.method.toLowerCase();
    methods[method] = describeOperation(operation, methods[method]!);
  }
  return {
    ...generated,
    servers: [{ url: "/api/v1" }],
    paths: { ...generated.paths, ...(plainRoutes as never as OpenApiDocument["paths"]) },
    components: {
      ...components,
      schemas: { ...generated.components.schemas, Error: errorSchema },
      responses: errorComponents([...operations.map(errorsOf), openApiErrors, mcpErrors]),
    },
    ...{ security: [{ bearer: [] }, { cookie: [] }] },
  };
}

/** Rows that many answers hold: written once. */
const commonSchemas = {
  Project: { schema: projectSchema, strategy: "output" },
  Task: { schema: taskSchema, strategy: "output" },
  Session: { schema: sessionSchema, strategy: "output" },
  Question: { schema: questionSchema, strategy: "output" },
  Prompt: { schema: sessionPromptSchema, strategy: "output" },
  ChatMessage: { schema: chatMessageSchema, strategy: "output" },
};

const components = {
  securitySchemes: {
    bearer: { type: "http", scheme: "bearer", description: "The owner's token, a program's, or a session's own" },
    cookie: { type: "apiKey", in: "cookie", name: cookieName, description: "A browser that has signed in" },
  },
  parameters: {
    IdempotencyKey: {
      ...{ name: "Idempotency-Key", in: "header", required: false, example: "release-2026-11-02" },
      schema: { type: "string", minLength: 1, maxLength: 200, pattern: "^[\\x21-\\x7e]{1,200}$" },
      description: "The same call with the same key happens once and gets the same answer.",
    },
    IfMatch: {
      ...{ name: "If-Match", in: "header", required: false, schema: { type: "string" }, example: '"3"' },
      description: "The version the edit is based on, as `version` in the body; `*` for any.",
    },
  },
  headers: {
    RetryAfter: { schema: { type: "integer" }, description: "Seconds after which the same call may succeed" },
  },
};

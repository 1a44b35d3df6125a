import type { ErrorCode } from "@/lib/errors.ts";
import { errorResponses } from "@/lib/http/openapi/responses.ts";
import { nonceHeader, proofHeader } from "@/lib/token/owner-proof.ts";

const ok = (description: string, schema: object, example: unknown) => ({
  description,
  content: { "application/json": { schema, example } },
});
const text = { type: "string" };
const health = (status: string) => ({
  type: "object",
  required: ["status"],
  properties: { status: { type: "string", enum: ["ok", "ready", "not ready"], example: status }, reason: {} },
});
const readyBody = { type: "object", properties: { status: text, reason: { type: ["string", "null"] } } };
const rpc = { type: "object", required: ["jsonrpc"], properties: { jsonrpc: { const: "2.0" }, id: {}, method: text } };

const hex = { type: "string", pattern: "^[0-9a-f]{64}$" };
const nonceParameter = {
  ...{ name: nonceHeader, in: "header", required: false, schema: hex },
  description: "32 random bytes: what has to be proven with.",
};
const proof = {
  schema: hex,
  description: "Where a nonce was given, and the server goes by this address and has a token that cannot be guessed.",
};
const proving =
  "Before a program on the server's machine sends the owner's token, it may have the server prove that it knows it: the proof is " +
  "HMAC-SHA256 with the token as key, of `runboard-proof 1`, the `Host` header and the nonce, a line feed between them.";

const liveErrors: readonly ErrorCode[] = ["VALIDATION_FAILED", "HOST_NOT_ALLOWED", "UNAVAILABLE"];
export const openApiErrors: readonly ErrorCode[] = ["UNAUTHENTICATED", "FORBIDDEN", "UNAVAILABLE"];
export const mcpErrors: readonly ErrorCode[] = [
  ...(["MALFORMED_BODY", "UNAUTHENTICATED", "FORBIDDEN", "ORIGIN_NOT_ALLOWED", "HOST_NOT_ALLOWED"] as const),
  ...(["METHOD_NOT_ALLOWED", "STALE_ATTEMPT", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const),
  ...(["UNAVAILABLE", "INTERNAL"] as const),
];

/** What is answered beside the operations. Their addresses do not begin with /api/v1. */
export const plainRoutes = {
  "/api/health/live": {
    servers: [{ url: "/" }],
    get: {
      ...{ operationId: "health.live", tags: ["health"], summary: "Whether the web process answers", security: [] },
      ...{ description: proving, parameters: [nonceParameter] },
      responses: {
        "200": { ...ok("It does.", health("ok"), { status: "ok" }), headers: { [proofHeader]: proof } },
        ...errorResponses(liveErrors),
      },
    },
  },
  "/api/health/ready": {
    servers: [{ url: "/" }],
    get: {
      ...{ operationId: "health.ready", tags: ["health"], summary: "Whether somebody takes work", security: [] },
      responses: {
        "200": ok("An orchestrator lives and claims.", readyBody, { status: "ready", reason: null }),
        "503": ok("Nobody does, or the database is away. Reads are answered where it is there.", readyBody, {
          ...{ status: "not ready", reason: "No orchestrator is running." },
        }),
      },
    },
  },
  "/api/openapi.json": {
    servers: [{ url: "/" }],
    get: {
      ...{ operationId: "openapi", tags: ["health"], summary: "This document" },
      responses: {
        "200": ok("OpenAPI 3.1.", { type: "object" }, { openapi: "3.1.1" }),
        ...errorResponses(openApiErrors),
      },
    },
  },
  "/api/metrics": {
    servers: [{ url: "/" }],
    get: {
      ...{ operationId: "metrics", tags: ["health"], summary: "Counts of this instance, for Prometheus" },
      responses: {
        "200": {
          description: "Text of Prometheus: tasks, queue, sessions, orchestrators, events, and the web process itself.",
          content: { "text/plain": { schema: text, example: 'runboard_tasks{status="QUEUED"} 3\n' } },
        },
        ...errorResponses(openApiErrors),
      },
    },
  },
  "/mcp": {
    servers: [{ url: "/" }],
    post: {
      ...{ operationId: "mcp", tags: ["mcp"], summary: "The Model Context Protocol over streamable HTTP, stateless" },
      requestBody: {
        required: true,
        content: { "application/json": { schema: rpc, example: { jsonrpc: "2.0", id: 1, method: "tools/list" } } },
      },
      responses: {
        "200": ok("The answer, a JSON-RPC message.", rpc, { jsonrpc: "2.0", id: 1, result: { tools: [] } }),
        "202": { description: "A notification was taken; nothing is answered." },
        ...errorResponses(mcpErrors),
      },
    },
  },
};

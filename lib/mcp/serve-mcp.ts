import { DomainError, toDomainError } from "@/lib/errors.ts";
import { errorResponse } from "@/lib/http/error-response.ts";
import { parseJson, readJsonText } from "@/lib/http/read-body.ts";
import { logger } from "@/lib/log.ts";
import { methods } from "@/lib/mcp/methods.ts";
import {
  type Answer,
  failed,
  type Message,
  messageSchema,
  protocolVersions,
  RpcError,
  rpcCodes,
} from "@/lib/mcp/protocol.ts";
import { type Visitor, welcome } from "@/lib/mcp/visitor.ts";
import { authenticate } from "@/lib/token/token.ts";

const batchMax = 50;

/**
 * The Model Context Protocol over streamable HTTP, stateless: each POST is answered with JSON and forgotten. The server before it has
 * checked Host, Origin and credential; it checks the credential again.
 */
export async function serveMcp(request: Request): Promise<Response> {
  try {
    if (request.method !== "POST") return notOffered();
    const { headers } = request;
    const caller = await authenticate({ authorization: headers.get("authorization"), cookie: headers.get("cookie") });
    if (caller === null) throw new DomainError("UNAUTHENTICATED", "Give a token: Authorization: Bearer …");
    refuseUnknownVersion(headers.get("mcp-protocol-version"));
    return await answerAll(await readJsonText(request), await welcome(caller));
  } catch (thrown) {
    if (thrown instanceof RpcError) return json(failed(null, thrown), 400);
    return errorResponse(toDomainError(thrown));
  }
}

/** No stream to listen to, no session to end. */
function notOffered(): Response {
  const response = errorResponse(
    new DomainError("METHOD_NOT_ALLOWED", "This MCP server is stateless: POST messages to it."),
  );
  response.headers.set("allow", "POST");
  return response;
}

function refuseUnknownVersion(version: string | null): void {
  const known: readonly string[] = protocolVersions;
  if (version === null || known.includes(version)) return;
  throw new RpcError(
    rpcCodes.invalidRequest,
    `Protocol version ${version.slice(0, 40)} is not spoken here: ${known.join(", ")}.`,
  );
}

async function answerAll(text: string, visitor: Visitor): Promise<Response> {
  const body = parsedJson(text);
  if (!Array.isArray(body)) {
    const answer = await answerOne(body, visitor);
    return answer === null ? new Response(null, { status: 202 }) : json(answer);
  }
  if (body.length === 0 || body.length > batchMax)
    throw new RpcError(rpcCodes.invalidRequest, `A batch holds 1 to ${batchMax} messages.`);
  const answers: Answer[] = [];
  for (const one of body) {
    const answer = await answerOne(one, visitor);
    if (answer !== null) answers.push(answer);
  }
  return answers.length === 0 ? new Response(null, { status: 202 }) : json(answers);
}

function parsedJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw new RpcError(rpcCodes.parseError, "The body is not valid JSON.");
  }
}

/** null: nothing is owed for notifications, nor for responses, as nothing is asked from here. */
async function answerOne(body: unknown, visitor: Visitor): Promise<Answer | null> {
  const read = messageSchema.safeParse(body);
  if (!read.success) return failed(null, new RpcError(rpcCodes.invalidRequest, "This is no JSON-RPC 2.0 message."));
  const { id, method } = read.data;
  if (id === undefined || method === undefined) return null;
  try {
    return { jsonrpc: "2.0", id, result: await resultOf(read.data, visitor) };
  } catch (thrown) {
    return failed(id, toRpcError(thrown));
  }
}

async function resultOf({ method = "", params = {} }: Message, visitor: Visitor): Promise<unknown> {
  if (!Object.hasOwn(methods, method))
    throw new RpcError(rpcCodes.methodNotFound, `There is no method ${method.slice(0, 100)}.`);
  return methods[method]!(params, visitor);
}

function toRpcError(thrown: unknown): RpcError {
  if (thrown instanceof RpcError) return thrown;
  const error = toDomainError(thrown);
  if (error.code === "INTERNAL") logger.error({ err: thrown }, "an MCP request failed");
  const code = error.code === "NOT_FOUND" ? rpcCodes.resourceNotFound : rpcCodes.internal;
  return new RpcError(code, error.message, error.body);
}

const json = (body: unknown, status = 200): Response =>
  Response.json(body, { status, headers: { "cache-control": "no-store" } });

import type { IncomingMessage, ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { serveApi } from "@/lib/http/serve.ts";
import { serveMcp } from "@/lib/mcp/serve-mcp.ts";

/** Shorter answers are not worth the work. */
const zippedFromBytes = 8 * 1024;

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Answers a request of the API that the guard has let in. Never rejects for what the API refuses: that is an answer. */
export const answerApi: Answer = (request, response) => answer(serveApi, request, response);

/** The same for MCP. */
export const answerMcp: Answer = (request, response) => answer(serveMcp, request, response);

async function answer(
  serve: (request: Request) => Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await serve(toRequest(request));
  if (response.destroyed) return;
  const body = await encode(request, response, Buffer.from(await answer.arrayBuffer()));
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader("content-length", body.length);
  // What is left of a body nobody wanted is not read as the next request.
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(answer.status).end(body);
}

/** HEAD is asked as GET: the same headers, and Node sends no body after them. */
function toRequest(request: IncomingMessage): Request {
  const method = request.method === "HEAD" ? "GET" : request.method!;
  const headers = new Headers();
  for (let at = 0; at < request.rawHeaders.length; at += 2)
    headers.append(request.rawHeaders[at]!, request.rawHeaders[at + 1]!);
  const address = new URL(request.url!, "http://localhost");
  if (method === "GET") return new Request(address, { method, headers });
  // Whoever stops reading must not end the connection: the refusal still has to be sent over it.
  const body = request.iterator({ destroyOnReturn: false });
  return new Request(address, { method, headers, body: body as unknown as BodyInit, duplex: "half" } as RequestInit);
}

const zip = promisify(gzip);

/** Zipped outside the event loop, for whoever takes it so. */
async function encode(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<Buffer> {
  if (body.length < zippedFromBytes) return body;
  response.setHeader("vary", "accept-encoding");
  if (!/\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(request.headers["accept-encoding"] ?? ""))) return body;
  response.setHeader("content-encoding", "gzip");
  return zip(body, { level: constants.Z_BEST_SPEED });
}

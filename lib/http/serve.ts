import { authorize } from "@/lib/authorize.ts";
import { db } from "@/lib/db.ts";
import { DomainError, toDomainError } from "@/lib/errors.ts";
import { errorResponse } from "@/lib/http/error-response.ts";
import { metrics } from "@/lib/http/metrics.ts";
import { openApiDocument } from "@/lib/http/openapi/document.ts";
import { parseJson, readJsonText } from "@/lib/http/read-body.ts";
import { readiness } from "@/lib/http/readiness.ts";
import { openApiHandler } from "@/lib/http/router.ts";
import type { Call } from "@/lib/invoke.ts";
import { refuseUnstorable } from "@/lib/storable.ts";
import { proofHeaders } from "@/lib/token/prove-owner.ts";
import { authenticate } from "@/lib/token/token.ts";

/** Answers everything under /api. The server before it has checked Host, Origin and credential; it checks the credential again. */
export async function serveApi(request: Request): Promise<Response> {
  try {
    return await route(request);
  } catch (thrown) {
    return errorResponse(toDomainError(thrown));
  }
}

async function route(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === "/api/health/live")
    return Response.json({ status: "ok" }, { headers: await proofHeaders(request.headers) });
  if (pathname === "/api/health/ready") {
    const answer = await readiness(db());
    return Response.json(answer, { status: answer.status === "ready" ? 200 : 503 });
  }
  const caller = await authenticate({
    authorization: request.headers.get("authorization"),
    cookie: request.headers.get("cookie"),
  });
  if (caller === null) throw new DomainError("UNAUTHENTICATED", "Sign in first: a bearer token or the login link.");
  if (pathname === "/api/openapi.json" && request.method === "GET") return Response.json(await openApiDocument());
  if (pathname === "/api/metrics" && request.method === "GET") {
    await authorize(db(), caller, "member", {});
    return metrics(db());
  }
  const { matched, response } = await openApiHandler.handle(await readBody(request), {
    prefix: "/api/v1",
    context: callOf(request, { caller }),
  });
  if (matched) return finished(response);
  throw new DomainError("NOT_FOUND", `There is no ${request.method} ${pathname}.`, {
    method: request.method,
    path: pathname,
  });
}

function callOf(request: Request, call: Call): Call {
  const ifMatch = readIfMatch(request.headers.get("if-match"));
  const key = request.headers.get("idempotency-key");
  if (key !== null && !/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new DomainError("VALIDATION_FAILED", "Idempotency-Key: 1 to 200 visible ASCII characters.", {
      issues: [{ path: "Idempotency-Key" }],
    });
  }
  return { ...call, ...(ifMatch === null ? {} : { ifMatch }), ...(key ? { idempotencyKey: key } : {}) };
}

/** The version an edit is based on; null: any. What cannot be read is refused: left out, the edit would overwrite what nobody has seen. */
function readIfMatch(header: string | null): number | null {
  if (header === null || header === "*") return null;
  const version = /^(?:W\/)?"?(\d{1,9})"?$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new DomainError("VALIDATION_FAILED", 'If-Match: one version, such as "3", or * for any.', {
    issues: [{ path: "If-Match" }],
  });
}

/** A body is JSON and bounded, or it is refused before anybody parses it. A body that is no object is no input. */
async function readBody(request: Request): Promise<Request> {
  if (request.method === "GET" || request.method === "HEAD") return request;
  const text = await readJsonText(request);
  if (text === "") return withoutBody(request);
  const body = parseJson(text);
  refuseUnstorable(body);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new DomainError("VALIDATION_FAILED", "The body must be a JSON object.", {
      issues: [{ path: "", message: "Expected an object" }],
    });
  }
  return new Request(request.url, { method: request.method, headers: request.headers, body: text });
}

/** What a call without a body has to say stands in its address: DELETE /queue?type=cli. Nothing said is an empty object. */
function withoutBody({ url, method, headers }: Request): Request {
  const body = method === "DELETE" ? Object.fromEntries(new URL(url).searchParams) : {};
  const json = new Headers(headers);
  json.set("content-type", "application/json");
  json.delete("content-length");
  return new Request(url, { method, headers: json, body: JSON.stringify(body) });
}

/** Never kept by a cache; what may succeed later says when to try again. */
function finished(response: Response): Response {
  response.headers.set("cache-control", "no-store");
  if (response.status === 429 || response.status === 503) response.headers.set("retry-after", "1");
  return response;
}

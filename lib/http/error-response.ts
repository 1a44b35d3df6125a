import type { DomainError } from "@/lib/errors.ts";

/** A refusal as every edge sends it. */
export function errorResponse(error: DomainError): Response {
  return Response.json(error.body, { status: error.status, headers: { "cache-control": "no-store" } });
}

import { createORPCClient, ORPCError } from "@orpc/client";
import type { ContractRouterClient } from "@orpc/contract";
import type { JsonifiedClient } from "@orpc/openapi-client";
import { OpenAPILink } from "@orpc/openapi-client/fetch";
import type { Contract } from "@/lib/contract.ts";
import type { ErrorBody, ErrorCode } from "@/lib/errors.ts";
import routes from "@/lib/generated/routes.json";
import { outlive } from "./outlive.ts";

const link = new OpenAPILink(routes as never, {
  url: () => `${window.location.origin}/api/v1`,
  fetch: (request, init, _options, _path, input) => outlive(request, init, input),
  customErrorResponseBodyDecoder: (body, response) => {
    const { code, message, details } = body as ErrorBody;
    return new ORPCError(code, { status: response.status, message, data: details });
  },
});

/** The catalogue, typed, over HTTP with the browser's cookie: `api.task.get({ taskId })`. Throws; see `problemOf`. */
export const api: JsonifiedClient<ContractRouterClient<Contract>> = createORPCClient(link);

/** What went wrong, in words for people. `code` is of the closed table, or OFFLINE when nobody answered. */
export interface Problem {
  code: ErrorCode | "OFFLINE";
  message: string;
  details: Record<string, unknown>;
}

export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ORPCError) {
    return {
      code: thrown.code as ErrorCode,
      message: thrown.message,
      details: (thrown.data ?? {}) as Record<string, unknown>,
    };
  }
  return {
    code: "OFFLINE",
    message: "The server did not answer. Check that it is running, then try again.",
    details: {},
  };
}

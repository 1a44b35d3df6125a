import { type ErrorCode, errorTable } from "@/lib/errors.ts";
import { nextSteps } from "@/lib/next-steps.ts";

/** The body of every refusal. */
export const errorSchema = {
  type: "object",
  required: ["code", "message", "details"],
  properties: {
    code: { type: "string", enum: Object.keys(errorTable), description: "Of the closed table; programs go by it" },
    message: { type: "string", description: "What was found and what was expected, for people" },
    details: { type: "object", description: "By code: issues, found and allowed, path, limit, retryAfterSeconds …" },
  },
  example: { code: "NOT_FOUND", message: "There is no task DEMO-99.", details: { what: "task", id: "DEMO-99" } },
};

/** Codes by the status they come with. */
function byStatus(codes: readonly ErrorCode[]): [number, ErrorCode[]][] {
  const statuses = [...new Set(codes.map((code) => errorTable[code].status))].sort();
  return statuses.map((status) => [status, codes.filter((code) => errorTable[code].status === status)]);
}

const nameOf = (codes: readonly ErrorCode[]): string => codes.join("-");

/** One response for each status, by reference: most operations refuse in the same ways. */
export const errorResponses = (codes: readonly ErrorCode[]): Record<string, { $ref: string }> =>
  Object.fromEntries(
    byStatus(codes).map(([status, some]) => [String(status), { $ref: `#/components/responses/${nameOf(some)}` }]),
  );

/** What those references lead to. */
export const errorComponents = (all: readonly (readonly ErrorCode[])[]): Record<string, object> =>
  Object.fromEntries(all.flatMap(byStatus).map(([, codes]) => [nameOf(codes), errorResponse(codes)]));

function errorResponse(codes: readonly ErrorCode[]): object {
  const mayRetry = codes.some((code) => errorTable[code].isRetryable);
  return {
    description: codes.map((code) => `\`${code}\`: ${nextSteps[code]}`).join("\n\n"),
    ...(mayRetry ? { headers: { "Retry-After": { $ref: "#/components/headers/RetryAfter" } } } : {}),
    content: {
      "application/json": {
        schema: { allOf: [{ $ref: "#/components/schemas/Error" }, { properties: { code: { enum: codes } } }] },
      },
    },
  };
}

import type { Operation } from "@/lib/catalogue.ts";
import type { ErrorCode } from "@/lib/errors.ts";

/** By the guard, by who else is there, by the machine below: whatever is asked for. */
const everywhere: readonly ErrorCode[] = [
  ...(["MALFORMED_BODY", "UNAUTHENTICATED", "FORBIDDEN", "ORIGIN_NOT_ALLOWED", "HOST_NOT_ALLOWED"] as const),
  ...(["UNAVAILABLE", "INTERNAL"] as const),
];

/** What an operation may refuse with: its own errors, and those that follow from its shape. */
export function errorsOf({ meta, route, inputSchema }: Operation): ErrorCode[] {
  const names = Object.keys((inputSchema as { shape?: object }).shape ?? {});
  const has = (...wanted: string[]) => wanted.some((name) => names.includes(name));
  const isWrite = meta.effect === "write";
  const ofProject = has("projectId", "taskId", "sessionId", "questionId", "ruleId", "triggerId");
  const derived: [ErrorCode, boolean][] = [
    ["VALIDATION_FAILED", true],
    ["NOT_FOUND", ofProject || has("sandboxId") || /\{/.test(route.path)],
    ["UNSUPPORTED_MEDIA_TYPE", isWrite],
    ["PAYLOAD_TOO_LARGE", isWrite],
    ["PROJECT_ARCHIVED", isWrite && ofProject],
    ["VERSION_CONFLICT", isWrite && has("version")],
    ["IDEMPOTENCY_KEY_REUSED", route.successStatus === 201],
    ["STALE_ATTEMPT", meta.policy !== "member"],
  ];
  const codes = [...everywhere, ...derived.filter(([, is]) => is).map(([code]) => code), ...(meta.errors ?? [])];
  return [...new Set(codes)];
}

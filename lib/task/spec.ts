import { DomainError } from "@/lib/errors.ts";
import { specSchemas, type TaskType } from "@/lib/task/schema.ts";

/** The spec of a type, checked. Throws VALIDATION_FAILED that names each wrong field. */
export function parseSpec(type: TaskType, spec: unknown, taskName: string): Record<string, unknown> {
  const parsed = specSchemas[type].safeParse(spec);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: ["spec", ...issue.path].join("."),
    message: issue.message,
  }));
  const first = issues[0];
  throw new DomainError("VALIDATION_FAILED", `${taskName} cannot run yet: ${first?.path}: ${first?.message}.`, {
    issues,
  });
}

export const isEmptySpec = (spec: unknown): boolean => Object.keys((spec ?? {}) as object).length === 0;

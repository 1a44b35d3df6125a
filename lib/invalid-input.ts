import { DomainError } from "@/lib/errors.ts";

interface Issue {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
}

/** What a schema found wrong: every field with its path, e.g. `spec.args.0`. */
export function invalidInput(issues: readonly Issue[]): DomainError {
  const found = issues.slice(0, 20).map(({ path = [], message }) => ({
    path: path.map((part) => String(typeof part === "object" ? part.key : part)).join("."),
    message,
  }));
  const first = found[0];
  return new DomainError(
    "VALIDATION_FAILED",
    [first?.path, first?.message].filter(Boolean).join(": ") || "The input is not valid.",
    { issues: found },
  );
}

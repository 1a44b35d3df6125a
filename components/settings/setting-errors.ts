import { fieldNamed } from "@/components/settings/setting-fields.ts";
import type { Problem } from "@/lib/client/api.ts";

/** The server's refusal by field; what belongs to none stands under "". */
export function errorsByField(problem: Problem): Record<string, string> {
  if (problem.code === "REPOSITORY_UNUSABLE") return { baseBranch: problem.message };
  const issues = (problem.details.issues ?? []) as { path: string; message: string }[];
  const found = issues.flatMap(({ path, message }) => {
    const name = fieldOf(path);
    return name === undefined ? [] : [[name, message] as const];
  });
  return found.length > 0 ? Object.fromEntries(found) : { "": problem.message };
}

/** `settings.retryOn.0` is about `settings.retryOn`. */
const fieldOf = (path: string): string | undefined =>
  [path, path.split(".").slice(0, 2).join(".")].find((name) => fieldNamed(name) !== undefined);

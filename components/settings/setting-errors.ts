import { fieldNamed, type SettingField } from "@/components/settings/setting-fields.ts";
import type { Problem } from "@/lib/client/api.ts";

/** The server's refusal by field; what belongs to none stands under "". */
export function errorsByField(problem: Problem): Record<string, string> {
  if (problem.code === "REPOSITORY_UNUSABLE") return { baseBranch: problem.message };
  const issues = (problem.details.issues ?? []) as { path: string; message: string }[];
  const found = issues.flatMap(({ path, message }) => {
    const name = fieldOf(path)?.name;
    return name ? [[name, message] as const] : [];
  });
  return found.length > 0 ? Object.fromEntries(found) : { "": problem.message };
}

/** `settings.defaultMaxAttempts`, `values.retryBaseMs` and `name` all end in the field's name. */
const fieldOf = (path: string): SettingField | undefined => fieldNamed(path.split(".").at(-1) ?? "");

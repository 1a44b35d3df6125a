import type { RuleDraft, RuleErrors } from "@/components/rule/rule-draft.ts";
import { errorsOfIssues } from "@/components/task/spec-draft.ts";
import type { Problem } from "@/lib/client/api.ts";

/** Where each field stands in the rule that is sent. */
const paths: Record<string, keyof RuleErrors> = {
  name: "name",
  "when.files": "files",
  "when.on": "on",
  "when.documents": "documents",
  "when.types": "types",
  "when.where": "where",
  "task.title": "title",
  "task.description": "description",
  "task.priority": "priority",
  "task.tags": "tags",
  "task.status": "status",
  "task.area": "area",
  "task.assignee": "assignee",
  "task.dependsOn": "dependsOn",
  "task.timeoutSeconds": "timeoutSeconds",
  "task.maxAttempts": "maxAttempts",
  "limits.maxDepth": "maxDepth",
  "limits.maxPerHour": "maxPerHour",
  "limits.accepts": "accepts",
};

interface Issue {
  path: string;
  message: string;
}

/** The server's issues under the fields they are about; `rest` is what belongs to none. */
export function errorsOfRefusal(
  { message, details }: Problem,
  { spec }: RuleDraft,
): { errors: RuleErrors; rest: string | null } {
  const issues = ((Array.isArray(details.issues) ? details.issues : []) as Partial<Issue>[]).map(
    ({ path = "", message = "Not accepted" }): Issue => ({ path: String(path), message }),
  );
  const ofSpec = issues.filter(({ path }) => path.startsWith("task.spec"));
  const errors: RuleErrors = errorsOfIssues(
    { issues: ofSpec.map(({ path, message }) => ({ path: path.slice("task.".length), message })) },
    spec.type,
  );
  const others = issues.filter((issue) => !ofSpec.includes(issue));
  for (const { path, message } of others) {
    const field = fieldOf(path);
    if (field) errors[field] ??= message;
  }
  const isPlaced = issues.length > 0 && others.every(({ path }) => fieldOf(path) !== undefined);
  return { errors, rest: isPlaced ? null : message };
}

/** `task.tags.0` is about the tags. */
const fieldOf = (path: string) => paths[path.split(".", path.startsWith("name") ? 1 : 2).join(".")];

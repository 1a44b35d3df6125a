import { cutText } from "@/lib/cut-text.ts";
import { DomainError } from "@/lib/errors.ts";
import type { RuleEvent } from "@/lib/rule/event.ts";
import { fill, fillAll } from "@/lib/rule/placeholders.ts";
import type { RuleTask } from "@/lib/rule/schema.ts";
import type { NewTask } from "@/lib/task/create.ts";

/** The task a rule creates for what happened. Throws VALIDATION_FAILED where the words cannot be a task's. */
export function taskFor(template: RuleTask, event: RuleEvent): NewTask {
  refuseSecrets(event);
  const { title, tags, area, assignee, ...rest } = template;
  const filled = fillAll(rest, event);
  return {
    ...filled,
    title: oneLine(fill(title, event), 200) || "Untitled",
    ...(tags === undefined
      ? {}
      : { tags: [...new Set(tags.map((tag) => oneLine(fill(tag, event), 50)))].filter(Boolean) }),
    ...(area === undefined ? {} : { area: area && oneLine(fill(area, event), 100) }),
    ...(assignee === undefined ? {} : { assignee: assignee && oneLine(fill(assignee, event), 100) }),
    ...(filled.description === undefined ? {} : { description: cutText(filled.description, 65_536) }),
  };
}

function oneLine(text: string, max: number): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= max ? line : `${cutText(line, max - 1)}…`;
}

/** The operator's secrets are for what people write: a document could have them sent wherever it likes. */
function refuseSecrets(event: RuleEvent): void {
  if (!JSON.stringify(event).includes("$" + "{secret:")) return;
  throw new DomainError("VALIDATION_FAILED", "Its words name the operator's secrets: no task is made of them.");
}

import { draftOf, type RuleDraft, readDraft } from "@/components/rule/rule-draft.ts";
import type { RuleChanges } from "@/lib/client/rule-mutations.ts";
import type { Rule } from "@/lib/rule/schema.ts";
import type { TaskType } from "@/lib/task/schema.ts";

interface Edited {
  draft: RuleDraft;
  /** The rule as it was when the edit began. */
  base: Rule;
  /** As it is now: somebody may have changed it meanwhile. */
  latest: Rule;
  usualType: TaskType;
}

const parts = ["name", "when", "task", "limits", "writeBack"] as const;

/** Only what was edited, so that what somebody else did to the rest stays; of the task also what the form does not show. */
export function changesOf({ draft, base, latest, usualType }: Edited): RuleChanges {
  const after = readDraft(draft).rule;
  const before = readDraft(draftOf(base, usualType)).rule;
  if (!after) return {};
  const edited = parts.filter((part) => JSON.stringify(after[part]) !== JSON.stringify(before?.[part]));
  const changes: RuleChanges = Object.fromEntries(edited.map((part) => [part, after[part]]));
  const { description: _, spec: __, ...kept } = latest.task;
  return changes.task ? { ...changes, task: { ...kept, ...changes.task } } : changes;
}

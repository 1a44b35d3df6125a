import { draftOf, type RuleDraft, readDraft } from "@/components/rule/rule-draft.ts";
import type { RuleChanges } from "@/lib/client/rule-mutations.ts";
import type { Rule, RuleTask } from "@/lib/rule/schema.ts";
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

/** Only what was edited, of the task each field by itself, so that what somebody else did to the rest stays. */
export function changesOf({ draft, base, latest, usualType }: Edited): RuleChanges {
  const after = readDraft(draft).rule;
  const before = readDraft(draftOf(base, usualType)).rule;
  if (!after) return {};
  const edited = parts.filter((part) => isOther(after[part], before?.[part]));
  const changes: RuleChanges = Object.fromEntries(edited.map((part) => [part, after[part]]));
  return changes.task ? { ...changes, task: mergeTask(latest.task, before?.task, after.task) } : changes;
}

type TaskChanges = NonNullable<RuleChanges["task"]>;

function mergeTask(latest: RuleTask, before: Partial<TaskChanges> = {}, after: TaskChanges): TaskChanges {
  const names = Object.keys({ ...before, ...after }) as (keyof TaskChanges)[];
  const edited = names.filter((name) => isOther(after[name], before[name]));
  const kept = Object.entries(latest).filter(([name]) => !edited.includes(name as keyof TaskChanges));
  const mine = edited.flatMap((name) => (after[name] === undefined ? [] : [[name, after[name]]]));
  return Object.fromEntries([...kept, ...mine]) as TaskChanges;
}

const isOther = (one: unknown, other: unknown): boolean => JSON.stringify(one) !== JSON.stringify(other);

import { type ColumnId, columnIdOf, columnOf } from "@/lib/client/columns.ts";
import { isVerbLegal, type PersonVerb, verbLabels } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

/** What dropping a task on a column does: a verb, a new place, or nothing, with the reason. */
export type DropPlan =
  | { kind: "verb"; verb: PersonVerb; label: string }
  | { kind: "reorder"; label: string }
  | { kind: "blocked"; reason: string }
  | { kind: "refused"; reason: string };

const closed: ColumnId[] = ["running", "review", "stopped"];

export function planDrop(task: Task, target: ColumnId): DropPlan {
  const column = columnOf(target);
  if (columnIdOf(task.status) === target) return planReorder(target);
  if (closed.includes(target)) return { kind: "refused", reason: `${column.label} does not accept drops` };
  const verb = verbInto(task, target);
  if (!verb) return { kind: "refused", reason: refusalOf(task, target) };
  const isHeld = (verb === "queue" || verb === "retry") && task.blockedBy.length > 0;
  if (isHeld) return { kind: "blocked", reason: blockedReason(task) };
  return { kind: "verb", verb, label: verbLabels[verb] };
}

function planReorder(target: ColumnId): DropPlan {
  const { sort, label } = columnOf(target);
  if (sort === "position") return { kind: "reorder", label: "Move here" };
  const reason = sort === "queue" ? "Queued is always in queue order" : `${label} is in order of time`;
  return { kind: "refused", reason };
}

/** The verbs that lead into a column, the fitting one first. */
const verbsInto: Partial<Record<ColumnId, readonly PersonVerb[]>> = {
  draft: ["withdraw"],
  approved: ["approve", "unqueue", "reopen"],
  queued: ["queue", "retry", "requestChanges"],
  completed: ["accept", "complete"],
  cancelled: ["cancel"],
};

function verbInto(task: Task, target: ColumnId): PersonVerb | undefined {
  return verbsInto[target]?.find((verb) => isVerbLegal(verb, task.status));
}

function refusalOf(task: Task, target: ColumnId): string {
  if (target === "draft") return "Only an approved task can go back to Draft";
  if (target === "queued" && task.status === "DRAFT") return "Approve it first, then queue it";
  if (target === "approved" && columnIdOf(task.status) === "running") return "Cancel it first, then reopen it";
  return `${columnOf(target).label} refuses a task that is ${columnOf(columnIdOf(task.status)).label.toLowerCase()}`;
}

export function blockedReason({ blockedBy }: Task): string {
  const count = blockedBy.length === 1 ? "1 dependency is open" : `${blockedBy.length} dependencies are open`;
  return `Queued refuses this task: ${count}`;
}

/** The words for a target while something is lifted over it. */
export function describePlan(plan: DropPlan, target: ColumnId): string {
  const { label } = columnOf(target);
  if (plan.kind === "verb") return `${label}. Drop to ${plan.label.toLowerCase()}.`;
  return plan.kind === "reorder" ? `${label}. Drop to place it here.` : `${plan.reason}.`;
}

/** A position between neighbours; the list is without the moved task. */
export function positionAt(others: readonly Pick<Task, "position">[], index: number): number {
  const before = others[index - 1]?.position;
  const after = others[index]?.position;
  if (before === undefined) return after === undefined ? 0 : after - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

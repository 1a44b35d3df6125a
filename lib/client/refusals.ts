import { announce } from "@/lib/client/announce.ts";
import type { Problem } from "@/lib/client/api.ts";
import { notify } from "@/lib/client/notify.ts";
import type { Task } from "@/lib/task/schema.ts";

interface NamedTask {
  key: string;
  title?: string;
}

/** A blocked task was asked to queue: names what it waits for and offers the way past it. */
export function offerBlocked(task: Task, problem: Pick<Problem, "message" | "details">, queueAnyway: () => void): void {
  const blockers = (problem.details.blockedBy ?? []) as (NamedTask | string)[];
  const names = blockers.flatMap((blocker) => (typeof blocker === "string" ? [] : [blocker.key]));
  const open = names.length > 0 ? `It waits for ${names.join(", ")}.` : problem.message;
  notify.attention(`${task.key} is blocked`, {
    id: `verb-${task.id}`,
    description: open,
    action: { label: "Queue anyway", onClick: queueAnyway },
  });
  announce(`Queued refuses ${task.key}. ${open}`);
}

/** Somebody changed the card meanwhile. Theirs stands; mine can be put over it. */
export function sayConflict(current: Task, applyMine: () => void): void {
  const id = `conflict-${current.id}`;
  notify.attention(`${current.key} was changed while you were editing`, {
    id,
    description: "What stands there now is kept.",
    action: { label: "Apply mine", onClick: applyMine },
    cancel: { label: "Keep theirs", onClick: () => notify.dismiss(id) },
  });
}

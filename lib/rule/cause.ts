import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";

/** How an event came about. */
export interface Cause {
  /** The task it came of; null: somebody or something outside. */
  taskId: string | null;
  /** 1: it came from outside. */
  depth: number;
  /** Rules whose tasks it came of, however long ago. */
  ruleIds: ReadonlySet<string>;
}

export const fromOutside: Cause = { taskId: null, depth: 1, ruleIds: new Set() };

/** Longer chains are too long for every rule. */
const depthSeen = 20;

/** Follows a task to where it came from: the trigger that created it, or the session's task that did, and so on. */
export async function causeOf(tx: Tx, taskId: string | null): Promise<Cause> {
  if (taskId === null) return fromOutside;
  const ruleIds = new Set<string>();
  let depth = 1;
  for (let id: string | null = taskId; id !== null && depth < depthSeen; depth += 1) {
    const task: Origin | null = await tx.task.findUnique({
      where: { id },
      select: { createdBy: true, trigger: { select: { ruleId: true, causeId: true } } },
    });
    if (task === null) break;
    if (task.trigger) ruleIds.add(task.trigger.ruleId);
    id = task.trigger ? task.trigger.causeId : await creatorsTask(tx, task.createdBy as unknown as Actor);
  }
  return { taskId, depth, ruleIds };
}

interface Origin {
  createdBy: unknown;
  trigger: { ruleId: string; causeId: string | null } | null;
}

async function creatorsTask(tx: Tx, { type, id }: Actor): Promise<string | null> {
  if (type !== "session") return null;
  return (await tx.session.findUnique({ where: { id }, select: { taskId: true } }))?.taskId ?? null;
}

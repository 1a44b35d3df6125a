import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { recordAll } from "@/lib/journal.ts";
import { findTaskMove, type TaskStatus, type TaskVerb, taskMoves, verbsOfPerson } from "@/lib/task/machine.ts";

/** The machine in the form the engine's functions take: { verb: { from, to } }. */
export const taskMovesJson = JSON.stringify(
  Object.fromEntries(taskMoves.map(({ verb, from, to }) => [verb, { from, to }])),
);

export type SessionType = "autonomous" | "interactive";

export interface TransitionOptions {
  actor: Actor;
  /** Needed only where the machine leaves a choice; the last one listed otherwise. */
  to?: TaskStatus;
  reason?: string;
  set?: { isForced?: boolean; sessionType?: SessionType; feedback?: string; delayMs?: number; lastError?: string };
}

export interface Moved {
  from: TaskStatus;
  to: TaskStatus;
  version: number;
  unblocked: string[];
}

/**
 * The one way a verb changes a task's status: compare-and-set against the machine, counters of the dependents, events.
 * The caller holds the project's lock. Throws ILLEGAL_TRANSITION with what was found and what is allowed.
 */
export async function transition(tx: Tx, taskId: string, verb: TaskVerb, options: TransitionOptions): Promise<Moved> {
  const to = options.to ?? findTaskMove(verb).to.at(-1)!;
  const [row] = await tx.$queryRaw<[{ moved: (Moved & { events: unknown[] }) | null }]>`
    SELECT move_task(${taskMovesJson}::jsonb, ${taskId}::uuid, ${verb}, ${to}, ${JSON.stringify(options.actor)}::jsonb,
      ${options.reason ?? null}, ${JSON.stringify(options.set ?? {})}::jsonb) AS moved`;
  if (row.moved === null) throw await illegalTransition(tx, taskId, verb);
  const { events, ...moved } = row.moved;
  recordAll(tx, events);
  return moved;
}

/** The same for many, in the order given, in one statement. The locks of all their projects are held. */
export async function transitionAll(
  tx: Tx,
  taskIds: readonly string[],
  verb: TaskVerb,
  options: Pick<TransitionOptions, "actor" | "reason">,
): Promise<void> {
  if (taskIds.length === 0) return;
  const to = findTaskMove(verb).to.at(-1)!;
  const rows = await tx.$queryRaw<{ id: string; events: unknown[] | null }[]>`
    SELECT x.id, move_task(${taskMovesJson}::jsonb, x.id, ${verb}, ${to}, ${JSON.stringify(options.actor)}::jsonb,
      ${options.reason ?? null}, '{}')->'events' AS events
    FROM unnest(${[...taskIds]}::uuid[]) WITH ORDINALITY AS x(id, n) ORDER BY x.n`;
  for (const { id, events } of rows) {
    if (events === null) throw await illegalTransition(tx, id, verb);
    recordAll(tx, events);
  }
}

async function illegalTransition(tx: Tx, taskId: string, verb: TaskVerb): Promise<DomainError> {
  const task = await tx.task.findUnique({
    where: { id: taskId },
    select: { status: true, number: true, project: { select: { key: true } } },
  });
  if (task === null) return notFound("task", taskId);
  const found = task.status as TaskStatus;
  const allowed = findTaskMove(verb).from;
  return new DomainError(
    "ILLEGAL_TRANSITION",
    `${task.project.key}-${task.number} is ${found}; ${verb} is possible from ${allowed.join(", ")}.`,
    { found, allowed, verb, possible: verbsOfPerson(found) },
  );
}

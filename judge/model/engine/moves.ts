import fc from "fast-check";
import { findTaskMove, isTaskMoveLegal, type TaskVerb } from "@/lib/task/machine.ts";
import { type Board, isBlocked, isLive, pick, queueLength, type Task } from "../board/board.ts";
import { moveTask, rankOf } from "../board/move.ts";
import { command } from "./command.ts";
import type { Engine } from "./engine.ts";
import { anyone, ask, hasTasks, type Person, person, tasksOf } from "./people.ts";

/** Mostly a task that the verb is possible for; to reopen, one that others have built upon. */
function pickFor(board: Board, n: number, verb: TaskVerb): Task {
  const possible = tasksOf(board).filter(({ status }) => isTaskMoveLegal(verb, status));
  const awaited = possible.filter(({ id }) => tasksOf(board).some((other) => other.waitsFor.has(id)));
  const from = verb === "reopen" && awaited.length > 0 ? awaited : possible;
  return (n % 5 === 0 ? undefined : pick(from, n)) ?? pick(tasksOf(board), n)!;
}

const plainVerbs = ["approve", "withdraw", "unqueue", "cancel", "complete", "reopen", "accept"] as const;

export const move = fc
  .tuple(anyone, fc.constantFrom(...plainVerbs, "complete" as const, "reopen" as const, "cancel" as const), person)
  .map(([n, verb, name]) =>
    command(
      `${name}: ${verb} ${n}`,
      async (board, engine) => {
        const task = pickFor(board, n, verb);
        if (!(await ask(engine, { name, verb, input: { taskId: task.id } }, refusalToMove(task, verb)))) return;
        if (verb === "cancel") endLive(board, task);
        moveTask(board, task, verb, { to: findTaskMove(verb).to.at(-1)! });
      },
      hasTasks,
    ),
  );

/** What the monitor made to be looked into says nothing that could be run. */
function refusalToMove(task: Task, verb: TaskVerb): string | null {
  if (verb === "approve" && task.status === "DRAFT" && task.isEscalation) return "VALIDATION_FAILED";
  return isTaskMoveLegal(verb, task.status) ? null : "ILLEGAL_TRANSITION";
}

/** The session is over; its processes are there until somebody says otherwise. */
export function endLive(board: Board, task: Task): void {
  const session = [...board.sessions.values()].find((one) => one.taskId === task.id && isLive(one));
  if (session !== undefined) Object.assign(session, { status: "CANCELLED", reason: "CANCELLED_BY_PERSON" });
}

export const requestChanges = fc.tuple(anyone, person).map(([n, name]) =>
  command(
    `${name}: request changes of ${n}`,
    async (board, engine) => {
      const task = pickFor(board, n, "requestChanges");
      const code = task.status === "REVIEW" ? null : "ILLEGAL_TRANSITION";
      const input = { taskId: task.id, feedback: "again" };
      if (await ask(engine, { name, verb: "requestChanges", input }, code))
        moveTask(board, task, "requestChanges", { by: { type: "person", id: name } });
    },
    hasTasks,
  ),
);

const isQueueable = ({ status }: Task): boolean => isTaskMoveLegal("queue", status);

/** Why it cannot be queued; the same whoever asks in whichever way. */
function refusalToQueue(board: Board, task: Task, isForced: boolean): string | null {
  if (isQueueable(task) && isBlocked(board, task) && !isForced) return "TASK_BLOCKED";
  if (queueLength(board) >= board.config.maxQueueSize) return "QUEUE_FULL";
  return isQueueable(task) ? null : "ILLEGAL_TRANSITION";
}

export const queue = fc.tuple(anyone, fc.boolean(), person).map(([n, force, name]) =>
  command(
    `${name}: queue ${n}${force ? " with force" : ""}`,
    async (board, engine) => {
      await queueAs(board, engine, { task: pickFor(board, n, "queue"), name, force });
    },
    hasTasks,
  ),
);

interface Queueing {
  task: Task;
  name: Person;
  force: boolean;
}

export async function queueAs(board: Board, engine: Engine, { task, name, force }: Queueing): Promise<void> {
  const code = refusalToQueue(board, task, force);
  if (await ask(engine, { name, verb: "queue", input: { taskId: task.id, force } }, code))
    moveTask(board, task, "queue", { by: { type: "person", id: name }, isForced: force });
}

/** Draft or ended or whatever: approved where needed, with the priority asked for, and queued; all of it or nothing. */
export const start = fc.tuple(anyone, fc.option(fc.nat({ max: 4 })), person).map(([n, priority, name]) =>
  command(
    `${name}: start ${n}${priority === null ? "" : ` with priority ${priority}`}`,
    async (board, engine) => {
      const task = pick(tasksOf(board), n)!;
      const will = structuredClone(board);
      const then = will.tasks.get(task.id)!;
      if (priority !== null) setPriority(will, then, priority);
      const isEmpty = refusalToMove(then, "approve") === "VALIDATION_FAILED";
      if (then.status === "DRAFT") moveTask(will, then, "approve");
      if (then.status === "COMPLETED" || then.status === "CANCELLED") moveTask(will, then, "reopen");
      const refusal = then.status === "QUEUED" ? null : refusalToQueue(will, then, false);
      const code = isEmpty ? "VALIDATION_FAILED" : refusal;
      const input = { taskId: task.id, ...(priority === null ? {} : { priority }) };
      if (!(await ask(engine, { noun: "autonomous", name, verb: "start", input }, code))) return;
      if (then.status === "QUEUED") takeOver(will, then, name);
      else moveTask(will, then, "queue", { by: { type: "person", id: name } });
      Object.assign(board, will);
    },
    hasTasks,
  ),
);

/** What is queued keeps its place and is the person's from now on; it waits for no retry's time. */
function takeOver(board: Board, task: Task, name: Person): void {
  if (task.queuedBy === "person" && task.availableAtMs === null) return;
  Object.assign(task, { queuedBy: "person", requestedBy: name, availableAtMs: null, version: task.version + 1 });
  if (task.waitingSinceMs !== null) task.waitingSinceMs = Math.min(task.waitingSinceMs, board.nowMs);
}

function setPriority(board: Board, task: Task, priority: number): void {
  if (task.priority === priority) return;
  task.priority = priority;
  task.version += 1;
  if (task.status === "QUEUED") task.queueRank = rankOf(board, task);
}

export const prioritise = fc.tuple(anyone, fc.nat({ max: 4 }), person).map(([n, priority, name]) =>
  command(
    `${name}: priority ${priority} for ${n}`,
    async (board, engine) => {
      const task = pick(tasksOf(board), n)!;
      await ask(engine, { name, verb: "update", input: { taskId: task.id, priority, version: task.version } }, null);
      setPriority(board, task, priority);
    },
    hasTasks,
  ),
);

import { isDeepStrictEqual } from "node:util";
import { type Board, openDependencies, type Session, type Task } from "../board/board.ts";
import type { SessionRow, Tables, TaskRow } from "./tables.ts";

/** Where the tables say something else than the model; a sentence each. This is I9, too: what was answered is there, whole. */
export function disagreements(found: Tables, board: Board): string[] {
  const edges = [...board.tasks.values()].flatMap(({ id, waitsFor }) => [...waitsFor].map((other) => `${id} ${other}`));
  return [
    ...compare(
      "task",
      found.tasks,
      [...board.tasks.values()].map((task) => rowOfTask(board, task)),
    ),
    ...compare("session", found.sessions, [...board.sessions.values()].map(rowOfSession)),
    ...compare(
      "edge",
      found.edges.map(({ taskId, dependsOnId }) => ({ id: `${taskId} ${dependsOnId}` })),
      edges.map((id) => ({ id })),
    ),
    ...compare(
      "worker",
      found.workers,
      [...board.workers.values()].map(({ id, leaseUntilMs, maxConcurrent, exhausted }) => ({
        id,
        leaseUntilMs,
        maxConcurrent,
        exhausted,
      })),
    ),
    ...compare(
      "pause",
      found.pauses.map(({ agent, untilMs }) => ({ id: agent, untilMs })),
      [...board.pauses].map(([id, untilMs]) => ({ id, untilMs })),
    ),
  ];
}

function compare<Row extends { id: string }>(what: string, found: readonly Row[], wanted: readonly Row[]): string[] {
  const stored = new Map(found.map((row) => [row.id, row]));
  const extra = found
    .filter(({ id }) => !wanted.some((row) => row.id === id))
    .map(({ id }) => `${what} ${id} is stored, the model has none`);
  const different = wanted.flatMap((row) => {
    const other = stored.get(row.id);
    if (other === undefined) return [`${what} ${row.id} is not stored`];
    const fields = (Object.keys(row) as (keyof Row)[]).filter((field) => !isDeepStrictEqual(row[field], other[field]));
    return fields.map(
      (field) =>
        `${what} ${row.id}: ${String(field)} is ${JSON.stringify(other[field])}, should be ${JSON.stringify(row[field])}`,
    );
  });
  return [...extra, ...different];
}

function rowOfTask(board: Board, task: Task): TaskRow {
  const {
    number: _n,
    type: _t,
    maxAttempts: _m,
    asks: _a,
    waitsFor: _w,
    createdBy: _c,
    isEscalation: _e,
    ...row
  } = task;
  return { ...row, openDependencies: openDependencies(board, task) };
}

function rowOfSession(session: Session): SessionRow {
  const { failures: _f, losses: _l, report: _r, answer: _a, hostId: _h, ...row } = session;
  return { ...row, isEnded: session.status !== "STARTING" && session.status !== "RUNNING" };
}

import type { ColumnId } from "@/lib/client/columns.ts";
import type { SessionPulse } from "@/lib/live-protocol.ts";
import type { Task } from "@/lib/task/schema.ts";

/**
 * The tasks of one project as the browser knows them, in one cache entry. Pure: every change gives a new store.
 * What is on screen is `byId`; a change that the server has not confirmed yet is in there too, and `pending` keeps what
 * was before it.
 */
export interface TaskStore {
  byId: Readonly<Record<string, Task>>;
  /** Where the next page of each loaded column begins; null when all of it is here. */
  cursors: Readonly<Partial<Record<ColumnId, string | null>>>;
  pending: Readonly<Record<string, Task>>;
}

export const emptyStore: TaskStore = { byId: {}, cursors: {}, pending: {} };

/** Takes in what the server sent. Older versions never overwrite newer ones, nor a change that is under way. */
export function mergeTasks(store: TaskStore, tasks: readonly Task[]): TaskStore {
  const fresh = tasks.filter((task) => isWelcome(store, task));
  if (fresh.length === 0) return store;
  const byId = { ...store.byId };
  for (const task of fresh) byId[task.id] = task;
  return {
    ...store,
    byId,
    pending: withoutKeys(
      store.pending,
      fresh.map(({ id }) => id),
    ),
  };
}

function isWelcome(store: TaskStore, task: Task): boolean {
  const base = store.pending[task.id];
  if (base) return task.version > base.version;
  const known = store.byId[task.id];
  return !known || !isOlder(task, known);
}

/** Compares by version, then by time. */
export function isOlder(a: Task, b: Task): boolean {
  return a.version !== b.version ? a.version < b.version : a.updatedAt < b.updatedAt;
}

export function mergePage(
  store: TaskStore,
  column: ColumnId,
  page: { items: readonly Task[]; nextCursor: string | null },
): TaskStore {
  return { ...mergeTasks(store, page.items), cursors: { ...store.cursors, [column]: page.nextCursor } };
}

export function removeTasks(store: TaskStore, ids: readonly string[]): TaskStore {
  if (!ids.some((id) => id in store.byId)) return store;
  return { ...store, byId: withoutKeys(store.byId, ids), pending: withoutKeys(store.pending, ids) };
}

/** Changes known tasks in place of a read that will follow. */
export function patchTask(store: TaskStore, id: string, change: (task: Task) => Task): TaskStore {
  const task = store.byId[id];
  return task ? { ...store, byId: { ...store.byId, [id]: change(task) } } : store;
}

/** What its session does at the moment; a task that has another session by now stays as it is. */
export function patchPulse(store: TaskStore, pulse: SessionPulse): TaskStore {
  return store.byId[pulse.taskId]?.session?.id === pulse.sessionId
    ? patchTask(store, pulse.taskId, (task) => withPulse(task, pulse))
    : store;
}

export function withPulse(task: Task, { sessionId, liveLine, costUsd }: SessionPulse): Task {
  const { session } = task;
  return session?.id === sessionId ? { ...task, session: { ...session, liveLine, costUsd } } : task;
}

/** Shows a change before the server has confirmed it. */
export function changeOptimistically(store: TaskStore, id: string, change: Partial<Task>): TaskStore {
  const task = store.byId[id];
  if (!task) return store;
  const pending = { ...store.pending, [id]: store.pending[id] ?? task };
  return { ...store, byId: { ...store.byId, [id]: { ...task, ...change } }, pending };
}

/** Takes an unconfirmed change back; nothing to do when the server has said something newer meanwhile. */
export function rollBack(store: TaskStore, id: string): TaskStore {
  const base = store.pending[id];
  if (!base) return store;
  return { ...store, byId: { ...store.byId, [id]: base }, pending: withoutKeys(store.pending, [id]) };
}

/** A completed task holds nobody back any more. Gives the tasks it held, too. */
export function releaseDependents(store: TaskStore, completedId: string): { store: TaskStore; released: string[] } {
  const released: string[] = [];
  let byId: Record<string, Task> | undefined;
  for (const task of Object.values(store.byId)) {
    const isHeld = task.blockedBy.includes(completedId);
    if (!isHeld && !task.blocks.includes(completedId)) continue;
    byId ??= { ...store.byId };
    byId[task.id] = {
      ...task,
      blockedBy: task.blockedBy.filter((id) => id !== completedId),
      blocks: task.blocks.filter((id) => id !== completedId),
    };
    if (isHeld) released.push(task.id);
  }
  return byId ? { store: { ...store, byId }, released } : { store, released };
}

function withoutKeys<Value>(map: Readonly<Record<string, Value>>, ids: readonly string[]): Record<string, Value> {
  if (!ids.some((id) => id in map)) return map as Record<string, Value>;
  const copy = { ...map };
  for (const id of ids) delete copy[id];
  return copy;
}

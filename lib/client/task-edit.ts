import type { QueryClient } from "@tanstack/react-query";
import { api } from "@/lib/client/api.ts";
import { changeOptimistically, rollBack, type TaskStore } from "@/lib/client/task-store.ts";
import { changeStore } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

/**
 * Edits of a task go out one after the other, each based on the answer to the one before it: somebody who is quick must
 * not come into conflict with themselves.
 */
export type TaskUpdate = Omit<Parameters<typeof api.task.update>[0], "taskId" | "version">;

export interface TaskEdit {
  /** As it was when the edit began. */
  task: Task;
  changes: TaskUpdate;
  /** Set where this is itself an undo: then there is no second one. */
  isUndo?: boolean;
}

/** Every edit is a mutation with this key. */
export const editKey = ["task-edit"];

interface EditAnswer {
  task: Task;
  /** The fields as they were; null when there was nothing to change. */
  before: TaskUpdate | null;
}

const lines = new Map<string, Promise<unknown>>();

export function sendEdit(edit: TaskEdit): Promise<EditAnswer> {
  const send = () => sendNow(edit);
  const turn = (lines.get(edit.task.id) ?? Promise.resolve()).then(send, send);
  lines.set(edit.task.id, turn);
  return turn;
}

/** By task the answer to the last own edit, and the version since which own edits alone have changed it. */
const ownAnswers = new Map<string, { since: number; task: Task }>();

async function sendNow({ task, changes }: TaskEdit): Promise<EditAnswer> {
  const own = ownAnswers.get(task.id);
  const isOurs = own !== undefined && own.since <= task.version && task.version <= own.task.version;
  const base = isOurs ? own.task : task;
  const answer = await api.task.update({ taskId: task.id, ...changes, version: base.version });
  ownAnswers.set(task.id, { since: isOurs ? own.since : base.version, task: answer });
  return { task: answer, before: answer.version === base.version ? null : fieldsOf(base, changes) };
}

/** What the task says where the update has something to say. */
export const fieldsOf = (task: Task, update: TaskUpdate): TaskUpdate =>
  Object.fromEntries(Object.keys(update).map((name) => [name, task[name as keyof Task]]));

/** Takes off the screen what the server has not confirmed of an edit; the edits behind it stay there. */
export function settleEdit(client: QueryClient, edit: TaskEdit): void {
  const { id, projectId } = edit.task;
  const behind = client
    .getMutationCache()
    .findAll({ mutationKey: editKey, status: "pending" })
    .map(({ state }) => state.variables as TaskEdit)
    .filter((other) => other !== edit && other.task.id === id);
  changeStore(client, projectId, (store) =>
    behind.reduce((shown, { changes }) => showEdit(shown, id, changes), rollBack(store, id)),
  );
}

/** Shows an edit before the server has confirmed it. */
export const showEdit = (store: TaskStore, taskId: string, changes: TaskUpdate): TaskStore =>
  changeOptimistically(store, taskId, changes as Partial<Task>);

import type { QueryClient } from "@tanstack/react-query";
import type { api } from "@/lib/client/api.ts";
import { changeOptimistically, rollBack } from "@/lib/client/task-store.ts";
import { changeStore } from "@/lib/client/tasks.ts";
import { optimisticChange, type PersonVerb } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Every edit of a task is a mutation with the one key, every verb with the other. */
const writeKey = "task-write";
export const editKey = [writeKey, "edit"];
export const verbKey = [writeKey, "verb"];

export type TaskUpdate = Omit<Parameters<typeof api.task.update>[0], "taskId" | "version">;

export interface TaskEdit {
  /** As it was when the edit began. */
  task: Task;
  changes: TaskUpdate;
  /** Set where this is itself an undo: then there is no second one. */
  isUndo?: boolean;
}

export interface VerbCall {
  task: Task;
  verb: PersonVerb;
  /** `{ feedback }` for requestChanges, `{ force: true }` for queue. */
  input?: { feedback?: string; force?: boolean };
  /** Set where this is itself an undo: then there is no second one. */
  isUndo?: boolean;
}

const lines = new Map<string, Promise<unknown>>();

/**
 * What this page writes about one task goes out in the order in which it was asked for, each after the answer to the one
 * before: over two connections the second might arrive first, and somebody who is quick would be refused.
 */
export function inTurn<Answer>(taskId: string, send: () => Promise<Answer>): Promise<Answer> {
  const turn = (lines.get(taskId) ?? Promise.resolve()).then(send, send);
  lines.set(taskId, turn);
  return turn;
}

/** Takes off the screen what the server has not confirmed of a write; what is written behind it stays there. */
export function settle(client: QueryClient, write: TaskEdit | VerbCall): void {
  const { id, projectId } = write.task;
  const behind = client
    .getMutationCache()
    .findAll({ mutationKey: [writeKey], status: "pending" })
    .map(({ state }) => state.variables as TaskEdit | VerbCall)
    .filter((other) => other !== write && other.task.id === id);
  changeStore(client, projectId, (store) =>
    behind.reduce((shown, other) => changeOptimistically(shown, id, shownOf(other)), rollBack(store, id)),
  );
}

/** What a write shows of its task before the server has confirmed it. */
export const shownOf = (write: TaskEdit | VerbCall): Partial<Task> =>
  "verb" in write ? optimisticChange(write.verb) : (write.changes as Partial<Task>);

import { api } from "@/lib/client/api.ts";
import { inTurn, type TaskEdit, type TaskUpdate } from "@/lib/client/task-writes.ts";
import type { Task } from "@/lib/task/schema.ts";

interface EditAnswer {
  task: Task;
  /** The fields as they were; null when there was nothing to change. */
  before: TaskUpdate | null;
}

/** Based on the answer to the write before it: somebody who is quick must not come into conflict with themselves. */
export const sendEdit = (edit: TaskEdit): Promise<EditAnswer> => inTurn(edit.task.id, () => sendNow(edit));

/** By task the answer to the last own write, and the version since which own ones alone have changed it. */
const ownAnswers = new Map<string, { since: number; task: Task }>();

/** The newest of a task that only this page has changed since it was so. */
function baseOf(task: Task): { since: number; task: Task } {
  const own = ownAnswers.get(task.id);
  return own && own.since <= task.version && task.version <= own.task.version ? own : { since: task.version, task };
}

async function sendNow({ task, changes }: TaskEdit): Promise<EditAnswer> {
  const { since, task: base } = baseOf(task);
  const answer = await api.task.update({ taskId: task.id, ...changes, version: base.version });
  ownAnswers.set(task.id, { since, task: answer });
  return { task: answer, before: answer.version === base.version ? null : fieldsOf(base, changes) };
}

/** A verb was sent with no version: that it is one newer now says that nobody else has written in between. */
export function noteVerb(task: Task, answer: Task): void {
  const { since, task: base } = baseOf(task);
  if (answer.version === base.version + 1) ownAnswers.set(task.id, { since, task: answer });
}

/** What the task says where the update has something to say. */
export const fieldsOf = (task: Task, update: TaskUpdate): TaskUpdate =>
  Object.fromEntries(Object.keys(update).map((name) => [name, task[name as keyof Task]]));

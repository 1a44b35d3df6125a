"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import { findProject, patchProject, refreshProject } from "@/lib/client/project-cache.ts";
import { offerBlocked, sayConflict } from "@/lib/client/refusals.ts";
import { fieldsOf, noteVerb, sendEdit } from "@/lib/client/task-edit.ts";
import { changeOptimistically, removeTasks } from "@/lib/client/task-store.ts";
import {
  editKey,
  inTurn,
  settle,
  shownOf,
  type TaskEdit,
  type TaskUpdate,
  type VerbCall,
  verbKey,
} from "@/lib/client/task-writes.ts";
import { changeStore, readStore, storeTask } from "@/lib/client/tasks.ts";
import { rememberUndo } from "@/lib/client/undo.ts";
import { oppositeOf, type PersonVerb, verbLabels, verbsDone } from "@/lib/client/verbs.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

function sendVerb({ task, verb, input = {} }: VerbCall): Promise<Task> {
  return inTurn(task.id, async () => {
    const answer = await callVerb(task.id, verb, input);
    noteVerb(task, answer);
    return answer;
  });
}

async function callVerb(taskId: string, verb: PersonVerb, input: NonNullable<VerbCall["input"]>): Promise<Task> {
  if (verb === "requestChanges") return api.task.requestChanges({ taskId, feedback: input.feedback ?? "" });
  if (input.force) return api.task.queue({ taskId, force: true });
  return api.task[verb]({ taskId });
}

/** Moves a task by one of the person's verbs. Shown at once; a refusal takes it back and says why. */
export function useTaskVerb() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: verbKey,
    mutationFn: sendVerb,
    onMutate: (call) => showAtOnce(client, call),
    onSuccess: (task, call) => {
      storeTask(client, task);
      // The answer may be no newer than what was there, when nothing had to change.
      settle(client, call);
      const text = `${task.key} ${verbsDone[call.verb]}`;
      const place = call.verb === "queue" && task.queuePosition ? `, number ${task.queuePosition}` : "";
      announce(`${text}${place}.`);
      if (!call.isUndo) offerUndo(task, call.verb, text);
      void client.invalidateQueries({ queryKey: keys.explanation(task.id) });
    },
    onError: (thrown, call) => {
      settle(client, call);
      const problem = problemOf(thrown);
      const again = (input = call.input) => mutation.mutate({ ...call, input });
      if (problem.code === "TASK_BLOCKED")
        return offerBlocked(call.task, problem, () => again({ ...call.input, force: true }));
      const title = `Could not ${verbLabels[call.verb].toLowerCase()} ${call.task.key}`;
      notify.error(title, {
        id: `verb-${call.task.id}`,
        description: problem.message,
        action: { label: "Retry", onClick: () => again() },
      });
      announce(`${title}. ${problem.message}`);
      if (problem.code === "ILLEGAL_TRANSITION") void readTask(client, call.task);
    },
  });

  const offerUndo = (task: Task, verb: PersonVerb, text: string) => {
    const opposite = oppositeOf[verb];
    if (!opposite) return;
    const undo = rememberUndo(task.projectId, () => mutation.mutate({ task, verb: opposite, isUndo: true }));
    notify.info(text, { id: `undo-${task.id}`, action: { label: "Undo", onClick: undo } });
  };

  return mutation;
}

/** Calls back once the server has taken feedback about a task, also after a retry, and when whoever wrote it is gone. */
export function whenFeedbackTaken(client: QueryClient, task: Task, feedback: string, then: () => void): void {
  const stop = client.getMutationCache().subscribe(({ type, mutation }) => {
    if (type !== "updated" || mutation.options.mutationKey !== verbKey || mutation.state.status !== "success") return;
    const { task: about, input } = mutation.state.variables as VerbCall;
    if (about.id !== task.id || input?.feedback !== feedback) return;
    stop();
    then();
  });
}

const showAtOnce = (client: QueryClient, write: VerbCall | TaskEdit) =>
  changeStore(client, write.task.projectId, (store) => changeOptimistically(store, write.task.id, shownOf(write)));

async function readTask(client: QueryClient, task: Task): Promise<void> {
  storeTask(client, await api.task.get({ taskId: task.id }));
}

/** Changes fields; sends the version the edit was based on. A conflict keeps the server's value and offers both. */
export function useUpdateTask() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: editKey,
    mutationFn: sendEdit,
    onMutate: (edit) => showAtOnce(client, edit),
    onSuccess: ({ task, before }, edit) => {
      storeTask(client, task);
      settle(client, edit);
      if (before && !edit.isUndo) rememberUndo(task.projectId, () => takeBack(task, before));
    },
    onError: (thrown, edit) => {
      const problem = problemOf(thrown);
      if (problem.code === "VERSION_CONFLICT") {
        const current = problem.details.current as Task;
        storeTask(client, current);
        settle(client, edit);
        return sayConflict(current, () => mutation.mutate({ ...edit, task: current }));
      }
      settle(client, edit);
      notify.error(`Could not save ${edit.task.key}`, {
        description: problem.message,
        action: { label: "Retry", onClick: () => mutation.mutate(edit) },
      });
    },
  });

  /** What somebody has changed since is no longer as the edit left it: sent with the edit's version it is a conflict. */
  const takeBack = (left: Task, before: TaskUpdate) => {
    const now = readStore(client, left.projectId).byId[left.id];
    const isAsLeft = now && JSON.stringify(fieldsOf(now, before)) === JSON.stringify(fieldsOf(left, before));
    mutation.mutate({ task: isAsLeft ? now : left, changes: before, isUndo: true });
  };

  return mutation;
}

/** Field errors stay with the form: read them with `problemOf(error)`. */
export function useCreateTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ isQueued, ...input }: Parameters<typeof api.task.create>[0] & { isQueued?: boolean }) => {
      const task = await api.task.create(isQueued ? { ...input, status: "APPROVED" } : input);
      storeTask(client, task);
      if (!isQueued || task.blockedBy.length > 0) return { task, problem: null };
      try {
        return { task: await api.task.queue({ taskId: task.id }), problem: null };
      } catch (thrown) {
        const problem = problemOf(thrown);
        // With autonomous mode on the board may have been quicker.
        const isUnderWay = problem.code === "ILLEGAL_TRANSITION" && problem.details.found !== "DRAFT";
        return isUnderWay ? { task: await api.task.get({ taskId: task.id }), problem: null } : { task, problem };
      }
    },
    onSuccess: ({ task }) => {
      storeTask(client, task);
      refreshProject(client, task.projectId);
      announce(`${task.key} created.`);
    },
  });
}

/** A whole graph of cards, all or none. Their events bring them to the board. */
export function useCreateMany() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Parameters<typeof api.task.createBatch>[0]) => api.task.createBatch(input),
    onSuccess: ({ items }, { projectId }) => {
      refreshProject(client, projectId);
      const text = `${items.length.toLocaleString("en")} ${items.length === 1 ? "card" : "cards"} created`;
      notify.info(text, { description: `${items[0]?.key} to ${items.at(-1)?.key}` });
      announce(`${text}.`);
    },
  });
}

export function useDeleteTask() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (task: Task) => inTurn(task.id, () => api.task.delete({ taskId: task.id })),
    onSuccess: (_, task) => {
      changeStore(client, task.projectId, (store) => removeTasks(store, [task.id]));
      refreshProject(client, task.projectId);
      notify.info(`${task.key} deleted`);
      announce(`${task.key} deleted.`);
    },
    onError: (thrown, task) => notify.error(`Could not delete ${task.key}`, { description: problemOf(thrown).message }),
  });
}

interface DependencyCall {
  task: Task;
  dependsOnId: string;
  change: "add" | "remove";
  /** Set where this is itself an undo: then there is no second one. */
  isUndo?: boolean;
}

/** Errors such as DEPENDENCY_CYCLE stay with the caller. */
export function useDependency() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ task, dependsOnId, change }: DependencyCall): Promise<Task> => {
      const edge = { taskId: task.id, dependsOnId };
      return inTurn(task.id, () => (change === "add" ? api.task.addDependency(edge) : api.task.removeDependency(edge)));
    },
    onSuccess: (task, call) => {
      storeTask(client, task);
      void client.invalidateQueries({ queryKey: keys.explanation(task.id) });
      void client.invalidateQueries({ queryKey: keys.graph(task.projectId) });
      const change = call.change === "add" ? "remove" : "add";
      if (!call.isUndo) rememberUndo(task.projectId, () => mutation.mutate({ ...call, change, isUndo: true }));
    },
    onError: (thrown, { task, isUndo }) => {
      // Nobody waits for the answer to an undo.
      if (isUndo) notify.error(`Could not undo on ${task.key}`, { description: problemOf(thrown).message });
    },
  });
  return mutation;
}

/** The one switch behind the board's button and the settings. */
export function useAutonomous(projectId: string) {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationKey: ["autonomous", projectId],
    mutationFn: (enabled: boolean) => api.project.setAutonomousExecution({ projectId, enabled }),
    onMutate: (enabled) => show(enabled),
    onSuccess: (project) => patchProject(client, project.id, () => project),
    onError: (thrown, enabled) => {
      show(!enabled);
      notify.error(enabled ? "Could not turn autonomous mode on" : "Could not turn autonomous mode off", {
        id: `autonomous-${projectId}`,
        description: problemOf(thrown).message,
        action: { label: "Retry", onClick: () => mutation.mutate(enabled) },
      });
    },
  });
  const show = (enabled: boolean) => {
    patchProject(client, projectId, (project) => ({ ...project, autonomousExecutionEnabled: enabled }));
  };
  return mutation;
}

/** Queues what can be processed once, without turning autonomous mode on. */
export function useStartProcessing(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.project.startProcessing({ projectId }),
    onSuccess: ({ queued }) => {
      const text = queued.length === 1 ? "1 task queued" : `${queued.length} tasks queued`;
      notify.info(queued.length === 0 ? "Nothing to run: every approved task is blocked, or none is approved" : text);
      announce(`${text}.`);
      refreshProject(client, projectId);
    },
    onError: (thrown) => notify.error("Could not queue the tasks", { description: problemOf(thrown).message }),
  });
}

export function useUpdateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Parameters<typeof api.project.update>[0]) => api.project.update(input),
    onSuccess: (project) => patchProject(client, project.id, () => project),
  });
}

export function useArchiveProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (projectId: string) => api.project.archive({ projectId }),
    onSuccess: (project) => {
      const name = findProject(client, project.id)?.name ?? project.name;
      client.setQueryData<Project[]>(keys.projects, (list) => list?.filter(({ id }) => id !== project.id));
      notify.info(`${name} archived`);
    },
  });
}

export function useCreateProject() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: Parameters<typeof api.project.create>[0]) => api.project.create(input),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.projects }),
  });
}

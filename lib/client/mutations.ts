"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import { findProject, patchProject, refreshProject } from "@/lib/client/project-cache.ts";
import { offerBlocked, sayConflict } from "@/lib/client/refusals.ts";
import { changeOptimistically, removeTasks, rollBack } from "@/lib/client/task-store.ts";
import { changeStore, storeTask } from "@/lib/client/tasks.ts";
import { rememberUndo } from "@/lib/client/undo.ts";
import { oppositeOf, optimisticChange, type PersonVerb, verbLabels, verbsDone } from "@/lib/client/verbs.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

export interface VerbCall {
  task: Task;
  verb: PersonVerb;
  /** `{ feedback }` for requestChanges, `{ force: true }` for queue. */
  input?: { feedback?: string; force?: boolean };
  /** Set where this is itself an undo: then there is no second one. */
  isUndo?: boolean;
}

async function callVerb({ task, verb, input = {} }: VerbCall): Promise<Task> {
  const taskId = task.id;
  if (verb === "requestChanges") return api.task.requestChanges({ taskId, feedback: input.feedback ?? "" });
  if (input.force) return api.task.queue({ taskId, force: true });
  return api.task[verb]({ taskId });
}

/** Moves a task by one of the person's verbs. Shown at once; a refusal takes it back and says why. */
export function useTaskVerb() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: callVerb,
    onMutate: ({ task, verb }) =>
      changeStore(client, task.projectId, (store) => changeOptimistically(store, task.id, optimisticChange(verb))),
    onSuccess: (task, call) => {
      storeTask(client, task);
      // The answer may be no newer than what was there, when nothing had to change.
      changeStore(client, task.projectId, (store) => (store.pending[task.id] ? rollBack(store, task.id) : store));
      const text = `${task.key} ${verbsDone[call.verb]}`;
      const place = call.verb === "queue" && task.queuePosition ? `, number ${task.queuePosition}` : "";
      announce(`${text}${place}.`);
      if (!call.isUndo) offerUndo(task, call.verb, text);
      void client.invalidateQueries({ queryKey: keys.explanation(task.id) });
    },
    onError: (thrown, call) => {
      changeStore(client, call.task.projectId, (store) => rollBack(store, call.task.id));
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
    const undo = rememberUndo(() => mutation.mutate({ task, verb: opposite, isUndo: true }));
    notify.info(text, { id: `undo-${task.id}`, action: { label: "Undo", onClick: undo } });
  };

  return mutation;
}

async function readTask(client: QueryClient, task: Task): Promise<void> {
  storeTask(client, await api.task.get({ taskId: task.id }));
}

type TaskUpdate = Omit<Parameters<typeof api.task.update>[0], "taskId" | "version">;

/** Changes fields; sends the version the edit was based on. A conflict keeps the server's value and offers both. */
export function useUpdateTask() {
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ task, changes }: { task: Task; changes: TaskUpdate }): Promise<Task> =>
      api.task.update({ taskId: task.id, ...changes, version: task.version }),
    onMutate: ({ task, changes }) =>
      changeStore(client, task.projectId, (store) => changeOptimistically(store, task.id, changes as Partial<Task>)),
    onSuccess: (task) => {
      storeTask(client, task);
      changeStore(client, task.projectId, (store) => (store.pending[task.id] ? rollBack(store, task.id) : store));
    },
    onError: (thrown, { task, changes }) => {
      changeStore(client, task.projectId, (store) => rollBack(store, task.id));
      const problem = problemOf(thrown);
      if (problem.code === "VERSION_CONFLICT") {
        const current = problem.details.current as Task;
        storeTask(client, current);
        return sayConflict(current, () => mutation.mutate({ task: current, changes }));
      }
      notify.error(`Could not save ${task.key}`, {
        description: problem.message,
        action: { label: "Retry", onClick: () => mutation.mutate({ task, changes }) },
      });
    },
  });
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
        return { task, problem: problemOf(thrown) };
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
    mutationFn: (task: Task) => api.task.delete({ taskId: task.id }),
    onSuccess: (_, task) => {
      changeStore(client, task.projectId, (store) => removeTasks(store, [task.id]));
      refreshProject(client, task.projectId);
      notify.info(`${task.key} deleted`);
      announce(`${task.key} deleted.`);
    },
    onError: (thrown, task) => notify.error(`Could not delete ${task.key}`, { description: problemOf(thrown).message }),
  });
}

/** `change`: add or remove. Errors such as DEPENDENCY_CYCLE stay with the caller, too. */
export function useDependency() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (call: { task: Task; dependsOnId: string; change: "add" | "remove" }): Promise<Task> => {
      const edge = { taskId: call.task.id, dependsOnId: call.dependsOnId };
      return call.change === "add" ? api.task.addDependency(edge) : api.task.removeDependency(edge);
    },
    onSuccess: (task) => {
      storeTask(client, task);
      void client.invalidateQueries({ queryKey: keys.explanation(task.id) });
      void client.invalidateQueries({ queryKey: keys.graph(task.projectId) });
    },
  });
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

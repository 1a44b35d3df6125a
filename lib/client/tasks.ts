"use client";

import { type QueryClient, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "@/lib/client/api.ts";
import { type ColumnId, columnOf, columns, groupByColumn, type TasksByColumn } from "@/lib/client/columns.ts";
import { keys } from "@/lib/client/keys.ts";
import { projectQuery, taskQuery } from "@/lib/client/queries.ts";
import { emptyStore, mergePage, mergeTasks, type TaskStore } from "@/lib/client/task-store.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Cancelled tasks are read when somebody asks for them. */
export const firstColumns: readonly ColumnId[] = columns.map(({ id }) => id).filter((id) => id !== "cancelled");
const pageSize = 100;

export const tasksQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.tasks(projectId),
    queryFn: ({ client }) => readFirstPages(client, projectId),
    // Compared by hand in the store; a deep comparison of thousands of tasks would cost more than it saves.
    structuralSharing: false,
  });

async function readFirstPages(client: QueryClient, projectId: string): Promise<TaskStore> {
  const known = readStore(client, projectId);
  const wanted = firstColumns.concat(known.cursors.cancelled === undefined ? [] : ["cancelled"]);
  const pages = await Promise.all(wanted.map((column) => readPage(projectId, column)));
  let store = readStore(client, projectId);
  for (const [index, column] of wanted.entries()) {
    const page = pages[index]!;
    const isFirstRead = store.cursors[column] === undefined;
    store = isFirstRead ? mergePage(store, column, page) : mergeTasks(store, page.items);
  }
  return store;
}

function readPage(projectId: string, column: ColumnId, cursor?: string) {
  const { statuses, sort } = columnOf(column);
  return api.task.list({ projectId, status: statuses.join(","), sort, limit: pageSize, ...(cursor ? { cursor } : {}) });
}

export function readStore(client: QueryClient, projectId: string): TaskStore {
  return client.getQueryData<TaskStore>(keys.tasks(projectId)) ?? emptyStore;
}

export function changeStore(client: QueryClient, projectId: string, change: (store: TaskStore) => TaskStore): void {
  client.setQueryData<TaskStore>(keys.tasks(projectId), (store) => change(store ?? emptyStore));
}

/** What the server answered about a task, wherever it is cached. */
export function storeTask(client: QueryClient, task: Task): void {
  changeStore(client, task.projectId, (store) => mergeTasks(store, [task]));
  client.setQueriesData<Task>({ queryKey: ["task"] }, (known) => (known?.id === task.id ? task : known));
}

/** Grouped once per store, however many columns read it. */
const groups = new WeakMap<TaskStore, TasksByColumn>();
let latest: { projectId: string; groups: TasksByColumn } | undefined;

function columnsOf(projectId: string, store: TaskStore): TasksByColumn {
  const known = groups.get(store);
  if (known) return known;
  const previous = latest?.projectId === projectId ? latest.groups : undefined;
  const grouped = groupByColumn(Object.values(store.byId), previous);
  groups.set(store, grouped);
  latest = { projectId, groups: grouped };
  return grouped;
}

/** All columns as they are now, for what happens outside of rendering. */
export function readColumns(client: QueryClient, projectId: string): TasksByColumn {
  return columnsOf(projectId, readStore(client, projectId));
}

export function useTasks(projectId: string): TaskStore & { isLoading: boolean } {
  const { data = emptyStore, isPending } = useQuery(tasksQuery(projectId));
  return { ...data, isLoading: isPending };
}

/** One task by id or key: from the board's tasks, else read on its own. */
export function useTask(projectId: string, ref: string) {
  const { data: known } = useQuery({ ...tasksQuery(projectId), select: (store) => findTask(store, ref) });
  const { data, error, isPending } = useQuery({ ...taskQuery(ref), enabled: !known });
  const task = known ?? data;
  return { task, isLoading: !task && isPending, error: task ? null : error };
}

export function findTask(store: TaskStore, ref: string): Task | undefined {
  if (ref in store.byId) return store.byId[ref];
  const key = ref.toUpperCase();
  return Object.values(store.byId).find((task) => task.key === key);
}

/** Reads the first page of a column that was left out at first. */
export async function loadColumn(client: QueryClient, projectId: string, column: ColumnId): Promise<void> {
  if (readStore(client, projectId).cursors[column] !== undefined) return;
  const page = await readPage(projectId, column);
  changeStore(client, projectId, (store) => mergePage(store, column, page));
}

const noPending: TaskStore["pending"] = {};

/** Changes the server has not confirmed yet, by task. */
export function usePendingTasks(projectId: string): TaskStore["pending"] {
  return useQuery({ ...tasksQuery(projectId), select: (store) => store.pending }).data ?? noPending;
}

const noTasks: readonly Task[] = [];

export function useColumn(projectId: string, column: ColumnId) {
  const client = useQueryClient();
  const [more, setMore] = useState<"idle" | "loading" | "failed">("idle");
  const { data: tasks = noTasks, isPending } = useQuery({
    ...tasksQuery(projectId),
    select: (store) => columnsOf(projectId, store)[column],
  });
  const { data: cursor } = useQuery({ ...tasksQuery(projectId), select: (store) => store.cursors[column] ?? null });
  const { data: project } = useQuery(projectQuery(projectId));
  const counted = project && columnOf(column).statuses.reduce((sum, status) => sum + (project.counts[status] ?? 0), 0);

  const loadMore = async () => {
    if (more === "loading") return;
    setMore("loading");
    setMore((await loadNextPage(client, projectId, column)) ? "idle" : "failed");
  };

  return {
    tasks,
    total: counted ?? tasks.length,
    hasMore: Boolean(cursor),
    loadMore,
    isLoading: isPending || more === "loading",
    /** The next page could not be read: it is asked for again when a person says so. */
    hasFailed: more === "failed",
  };
}

/** Reads the page behind what is known of a column; false when it could not be read. */
export async function loadNextPage(client: QueryClient, projectId: string, column: ColumnId): Promise<boolean> {
  const next = readStore(client, projectId).cursors[column];
  if (next === null) return true;
  try {
    const page = await readPage(projectId, column, next);
    changeStore(client, projectId, (store) => mergePage(store, column, page));
    return true;
  } catch {
    return false;
  }
}

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { keepNewerProject } from "@/lib/client/project-cache.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** What the screens read. Live events keep the entries fresh; see `live.tsx`. */
export const projectsQuery = () =>
  queryOptions({ queryKey: keys.projects, queryFn: async () => (await api.project.list({ limit: 200 })).items });

export const projectQuery = (ref: string) =>
  queryOptions({
    queryKey: keys.project(ref),
    queryFn: async ({ client }) =>
      keepNewerProject(await api.project.get({ projectId: ref }), client.getQueryData(keys.project(ref))),
  });

/** By id or key such as DEMO-12. */
export const taskQuery = (ref: string) =>
  queryOptions({ queryKey: keys.task(ref), queryFn: () => api.task.get({ taskId: ref }) });

/** Newest first. */
export const sessionsQuery = ({ taskId }: { taskId: string }) =>
  queryOptions({
    queryKey: keys.sessions(taskId),
    queryFn: async () => (await api.session.list({ taskId, limit: 100 })).items,
  });

/** The command that attaches to the terminal of a live session. */
export const attachQuery = (sessionId: string) =>
  queryOptions({ queryKey: keys.attach(sessionId), queryFn: () => api.session.attach({ sessionId }) });

export const explanationQuery = (taskId: string) =>
  queryOptions({
    queryKey: keys.explanation(taskId),
    queryFn: () => api.task.explain({ taskId }),
    staleTime: 0,
  });

/** Newest first; of the whole project, or of one entity. */
export const eventsQuery = ({ projectId, entityId }: { projectId: string; entityId?: string }) =>
  queryOptions({
    queryKey: keys.events(projectId, entityId),
    queryFn: async () =>
      (await api.event.list({ projectId, order: "desc", limit: 100, ...(entityId ? { entityId } : {}) })).items,
  });

/** Ids of the tasks that ask a person to look into this one, the newest first. */
export const escalationsQuery = ({ projectId, id }: { projectId: string; id: string }) =>
  queryOptions({
    queryKey: [...keys.events(projectId, id), "escalations"],
    queryFn: async () => {
      const filter = { entityId: id, type: "TASK_ESCALATED", order: "desc" as const, limit: 5 };
      const { items } = await api.event.list({ projectId, ...filter });
      return items.map(({ payload }) => (payload as { taskId: string }).taskId);
    },
  });

/** Newest first. */
export const chatQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.chat(projectId),
    queryFn: async () => (await api.chat.list({ projectId, limit: 100 })).items,
  });

export const configQuery = () => queryOptions({ queryKey: keys.config, queryFn: () => api.config.get({}) });

/** The queue of all projects in its true order, or the part of it that a filter names. */
export const queueQuery = (filter: { projectId?: string; type?: TaskType }) =>
  queryOptions({
    queryKey: keys.queue(filter),
    queryFn: () => api.queue.status(filter),
    staleTime: 0,
    refetchInterval: 10_000,
  });

/** Slots and resources of the orchestrators. What their sessions use is told by no event. */
export const resourcesQuery = () =>
  queryOptions({
    queryKey: keys.resources,
    queryFn: () => api.resource.usage({}),
    staleTime: 0,
    refetchInterval: 20_000,
  });

export const graphQuery = (projectId: string) =>
  queryOptions({ queryKey: keys.graph(projectId), queryFn: () => api.task.graph({ projectId }), staleTime: 0 });

import { queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { keepNewerProject } from "@/lib/client/project-cache.ts";

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

/** Newest first. */
export const chatQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.chat(projectId),
    queryFn: async () => (await api.chat.list({ projectId, limit: 100 })).items,
  });

export const configQuery = () => queryOptions({ queryKey: keys.config, queryFn: () => api.config.get({}) });

export const graphQuery = (projectId: string) =>
  queryOptions({ queryKey: keys.graph(projectId), queryFn: () => api.task.graph({ projectId }), staleTime: 0 });

import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { keepNewerProject } from "@/lib/client/project-cache.ts";
import type { Trigger } from "@/lib/rule/schema.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { Session } from "@/lib/session/schema.ts";
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

/** Newest first. The tokens that an agent has used so far are told by no event. */
export const sessionsQuery = ({ taskId }: { taskId: string }) =>
  queryOptions({
    queryKey: keys.sessions(taskId),
    queryFn: async () => (await api.session.list({ taskId, limit: 100 })).items,
    refetchInterval: ({ state }) => (state.data?.some(isSpending) ? 5_000 : false),
  });

/** The command that attaches to the terminal of a live session. */
export const attachQuery = (sessionId: string) =>
  queryOptions({ queryKey: keys.attach(sessionId), queryFn: () => api.session.attach({ sessionId }) });
const isSpending = ({ status, isTranscript }: Session) => isTranscript && isSessionLive(status);

/** What was said to a session, oldest first. */
export const promptsQuery = (sessionId: string) =>
  queryOptions({
    queryKey: keys.prompts(sessionId),
    queryFn: async () => (await api.session.prompts({ sessionId, limit: 200 })).items,
  });

/** What the project's agents ask and nobody has answered, newest first. */
export const questionsQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.questions(projectId),
    queryFn: async () => (await api.question.list({ projectId, limit: 200 })).items,
  });

/** What the next session's agent is told. Read anew each time somebody looks: feedback and dependencies change it. */
export const briefQuery = (taskId: string) =>
  queryOptions({ queryKey: keys.brief(taskId), queryFn: () => api.task.brief({ taskId }), staleTime: 0 });

/** The Markdown file of a card; null: it has none. */
export const taskFileQuery = (taskId: string) =>
  queryOptions({
    queryKey: keys.taskFile(taskId),
    queryFn: async () => (await api.task.file({ taskId })).file,
    staleTime: 0,
  });

/** What is wrong with a project's task files. That an orchestrator has looked is told by no event. */
export const taskFilesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.taskFiles(projectId),
    queryFn: () => api.project.taskFiles({ projectId }),
    staleTime: 0,
    refetchInterval: 10_000,
  });

/** What creates tasks by itself. That documents could not be looked at is told by no event. */
export const rulesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.rules(projectId),
    queryFn: async () => (await api.rule.list({ projectId })).items,
    staleTime: 0,
    refetchInterval: 10_000,
  });

/** What rules did, newest first, a page at a time. That a result was written back is told by no event. */
export const triggersQuery = (projectId: string, filter: { ruleId?: string; status?: Trigger["status"] }) =>
  infiniteQueryOptions({
    queryKey: [...keys.triggers(projectId), filter],
    queryFn: ({ pageParam }) =>
      api.trigger.list({ projectId, ...filter, limit: 20, ...(pageParam === null ? {} : { cursor: pageParam }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
    refetchInterval: 10_000,
  });

/** What a rule created the task for; null: its rule is gone. */
export const originQuery = ({ projectId, id }: { projectId: string; id: string }) =>
  queryOptions({
    queryKey: keys.originOf(projectId, id),
    queryFn: async () => (await api.trigger.list({ projectId, taskId: id, limit: 1 })).items[0] ?? null,
  });

/** Tokens and cost by day. Where agents are at work they go on spending, which no event tells. */
export const usageQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.usage(projectId),
    queryFn: () => api.project.usage({ projectId, days: 30 }),
    refetchInterval: ({ state }) => (state.data && state.data.days.length > 0 ? 30_000 : false),
  });

/** The agents and sandboxes that each orchestrator has found. */
export const agentsQuery = () => queryOptions({ queryKey: keys.agents, queryFn: () => api.agent.list({}) });

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

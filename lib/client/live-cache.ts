import type { QueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api } from "@/lib/client/api.ts";
import { type Consequences, consequencesOf, countEvents } from "@/lib/client/apply-events.ts";
import { type EventNotice, noticesOf } from "@/lib/client/event-notices.ts";
import { createFailureNotices } from "@/lib/client/failure-notices.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import { paced } from "@/lib/client/pace.ts";
import { patchProject, refreshProject } from "@/lib/client/project-cache.ts";
import { mergeTasks, patchPulse, removeTasks, withPulse } from "@/lib/client/task-store.ts";
import { changeStore, readStore, storeTask } from "@/lib/client/tasks.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { SessionPulse } from "@/lib/live-protocol.ts";
import type { Question } from "@/lib/question/schema.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

/** What changed is read at once, and while it goes on ten times a second. */
const taskPace = { delayMs: 0, everyMs: 100 };
const switchDelayMs = 100;
const reasonsDelayMs = 600;
/** The queue follows within a quarter of a second; while it moves all the time it is read twice a second. */
const queuePace = { delayMs: 250, everyMs: 500 };
const announceEveryMs = 5000;
const idsPerRead = 200;
const pageSize = 100;

interface LiveCacheOptions {
  projectId: string;
  /** Goes to a page of the project: `queue`, `t/DEMO-3`. */
  open: (path: string) => void;
}

/** Brings one project's events into the cache: at once what is known, per frame; then one read of what changed. */
export function createLiveCache(client: QueryClient, { projectId, open }: LiveCacheOptions) {
  let waiting: JournalEvent[] = [];
  const toRead = new Set<string>();
  const changedByOthers = new Set<string>();
  const later = createTimers();
  const tasks = paced(readChanged, taskPace);
  const queue = paced(readQueue, queuePace);
  const failures = createFailureNotices({ show, dismiss: notify.dismiss });

  function applyFrame() {
    const events = waiting;
    waiting = [];
    const result = consequencesOf(events, readStore(client, projectId));
    changeStore(client, projectId, () => result.store);
    patchProject(client, projectId, (project) => countEvents(project, events));
    for (const id of result.changedIds) toRead.add(id);
    readAgain(result);
    tell(result, events);
  }

  function readAgain(result: Consequences) {
    if (toRead.size > 0) tasks.ask();
    if (result.isProjectChanged) later("project", 300, () => refreshProject(client, projectId));
    if (result.isQueueChanged) queue.ask();
    if (result.isSwitchChanged) later("switch", switchDelayMs, () => readWaiting("APPROVED", pageSize));
    if (result.isChatChanged) refresh(keys.chat(projectId));
    if (result.isConfigChanged) refresh(keys.config);
    if (result.areQuestionsChanged || hasAsked(result.sessionTaskIds)) refresh(keys.questions(projectId));
    if (result.areRulesChanged) later("rules", 500, () => refresh(keys.rules(projectId)));
    // What a rule did is shown with how its task stands.
    if (result.changedIds.size > 0) later("triggers", 1000, () => refresh(keys.triggers(projectId)));
    if (result.isUsageChanged) later("usage", 1000, () => refresh(keys.usage(projectId)));
    for (const id of result.promptedSessionIds) refresh(keys.prompts(id));
    for (const id of result.sessionTaskIds) refresh(keys.sessions(id));
    for (const id of result.fileTaskIds) refresh(keys.taskFile(id));
    if (result.fileTaskIds.size > 0) later("task-files", 500, () => refresh(keys.taskFiles(projectId)));
    for (const id of result.touchedIds) refresh(keys.events(projectId, id));
    for (const id of result.changedIds) refresh(keys.explanation(id));
    if (result.areReasonsChanged) later("reasons", reasonsDelayMs, () => refresh(keys.explanations));
    later("events", 500, () => client.invalidateQueries({ queryKey: keys.events(projectId), exact: true }));
    if (result.isProjectChanged) later("graph", 500, () => refresh(keys.graph(projectId)));
  }

  /** The end of a session is the end of its questions. */
  const hasAsked = (taskIds: ReadonlySet<string>) =>
    (client.getQueryData<Question[]>(keys.questions(projectId)) ?? []).some(({ taskId }) => taskIds.has(taskId));

  const refresh = (queryKey: readonly unknown[]) => void client.invalidateQueries({ queryKey });

  async function readChanged() {
    const ids = [...toRead];
    toRead.clear();
    for (let from = 0; from < ids.length; from += idsPerRead) await readIds(ids.slice(from, from + idsPerRead));
  }

  async function readIds(ids: string[]) {
    try {
      const { items } = await api.task.list({ projectId, ids: ids.join(","), limit: idsPerRead });
      const gone = ids.filter((id) => !items.some((task) => task.id === id));
      changeStore(client, projectId, (store) => removeTasks(mergeTasks(store, items), gone));
      failures.follow([], readStore(client, projectId).byId);
      for (const task of items) storeSingle(task);
    } catch {
      for (const id of ids) toRead.add(id);
      later("tasks", 2000, tasks.ask);
    }
  }

  function storeSingle(task: Task) {
    if (client.getQueryCache().findAll({ queryKey: ["task"] }).length > 0) storeTask(client, task);
  }

  /** Somebody looks at places: on the board, or on the page of the queue. */
  const isQueueShown = () =>
    Object.values(readStore(client, projectId).byId).some(({ status }) => status === "QUEUED") ||
    client.getQueryCache().findAll({ queryKey: keys.queues, type: "active" }).length > 0;

  /** One that moves changes the places of all behind it, named by an event or not. */
  async function readQueue() {
    const known = Object.values(readStore(client, projectId).byId).filter(({ status }) => status === "QUEUED").length;
    await Promise.all([
      known > 0 && readWaiting("QUEUED", known),
      client.invalidateQueries({ queryKey: keys.queues }),
      client.invalidateQueries({ queryKey: keys.resources }),
    ]);
  }

  /** Places and reasons of as many as are on the board. */
  async function readWaiting(status: "QUEUED" | "APPROVED", count: number) {
    const sort = status === "QUEUED" ? "queue" : "position";
    const limit = Math.min(Math.max(count, pageSize), idsPerRead);
    let cursor: string | null = null;
    for (let read = 0; read < count; ) {
      const page = await api.task.list({ projectId, status, sort, limit, ...(cursor ? { cursor } : {}) });
      changeStore(client, projectId, (store) => mergeTasks(store, page.items));
      read += page.items.length;
      cursor = page.nextCursor;
      if (cursor === null) return;
    }
  }

  function tell({ completedIds }: Consequences, events: readonly JournalEvent[]) {
    const { byId } = readStore(client, projectId);
    failures.follow(events, byId);
    for (const notice of noticesOf(events, byId)) show(notice);
    for (const id of completedIds) changedByOthers.add(id);
    for (const event of events) {
      if (event.type === "TASK_STATUS_CHANGED" && event.actor.type !== "person") changedByOthers.add(event.entityId);
    }
    if (changedByOthers.size > 0) later("announce", announceEveryMs, sayChanged);
  }

  function show({ level, title, open: path, ...notice }: EventNotice, onDismiss?: () => void) {
    const go = (to: string) => {
      onDismiss?.();
      open(to);
    };
    const action = path === undefined ? undefined : { label: "Open", onClick: () => go(path) };
    notify[level](title, { ...notice, action, onDismiss });
  }

  function sayChanged() {
    const count = changedByOthers.size;
    changedByOthers.clear();
    announce(count === 1 ? "1 task changed." : `${count} tasks changed.`);
  }

  return {
    onEvent: (event: JournalEvent) => {
      waiting.push(event);
      later("frame", 0, applyFrame);
    },
    onResync: () => {
      refresh(keys.tasks(projectId));
      // Any task may have changed or gone meanwhile, on later pages, too.
      for (const id of Object.keys(readStore(client, projectId).byId)) toRead.add(id);
      tasks.ask();
      refresh(keys.chat(projectId));
      refresh(["sessions"]);
      refresh(["prompts"]);
      refresh(keys.questions(projectId));
      refresh(keys.rules(projectId));
      refresh(keys.usage(projectId));
      refresh(["task-file"]);
      refresh(keys.taskFiles(projectId));
      refresh(["events"]);
      refresh(["task"]);
      refresh(keys.explanations);
      refresh(keys.queues);
      refresh(keys.resources);
      refreshProject(client, projectId);
    },
    /** What agents do at the moment, on their cards and wherever their sessions are shown. */
    onLive: (sessions: readonly SessionPulse[]) => {
      changeStore(client, projectId, (store) => sessions.reduce(patchPulse, store));
      for (const pulse of sessions) {
        client.setQueriesData<Task>({ queryKey: ["task"] }, (task) => task && withPulse(task, pulse));
        client.setQueryData<Session[]>(keys.sessions(pulse.taskId), (all) => all && withPulses(all, pulse));
      }
    },
    /** Tasks of other projects may have moved. */
    onQueueElsewhere: () => isQueueShown() && queue.ask(),
    stop: () => {
      failures.stop();
      later.stop();
      tasks.stop();
      queue.stop();
    },
  };
}

const withPulses = (sessions: Session[], { sessionId, liveLine, costUsd }: SessionPulse): Session[] =>
  sessions.map((session) => (session.id === sessionId ? { ...session, liveLine, costUsd } : session));

/** One run per name however often it is asked for; a delay of 0 is the next frame. */
function createTimers() {
  const running = new Map<string, () => void>();
  const later = (name: string, delayMs: number, work: () => unknown) => {
    if (running.has(name)) return;
    const run = () => {
      running.delete(name);
      void Promise.resolve(work()).catch(() => {});
    };
    const isFrame = delayMs === 0 && document.visibilityState === "visible";
    const timer = isFrame ? requestAnimationFrame(run) : setTimeout(run, delayMs || 16);
    running.set(name, () => (isFrame ? cancelAnimationFrame(timer as number) : clearTimeout(timer)));
  };
  later.stop = () => {
    for (const cancel of running.values()) cancel();
    running.clear();
  };
  return later;
}

import type { QueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api } from "@/lib/client/api.ts";
import { type Consequences, consequencesOf, countEvents } from "@/lib/client/apply-events.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import { patchProject, refreshProject } from "@/lib/client/project-cache.ts";
import { mergeTasks, removeTasks } from "@/lib/client/task-store.ts";
import { changeStore, readStore, storeTask } from "@/lib/client/tasks.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { Task } from "@/lib/task/schema.ts";

const readDelayMs = 100;
const queueDelayMs = 600;
const announceEveryMs = 5000;
const idsPerRead = 200;

/** Brings one project's events into the cache: at once what is known, per frame; then one read of what changed. */
export function createLiveCache(client: QueryClient, projectId: string) {
  let waiting: JournalEvent[] = [];
  const toRead = new Set<string>();
  const changedByOthers = new Set<string>();
  const later = createTimers();

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
    if (toRead.size > 0) later("tasks", readDelayMs, readChanged);
    if (result.isProjectChanged) later("project", 300, () => refreshProject(client, projectId));
    if (result.isQueueChanged) later("queue", queueDelayMs, () => readWaiting("QUEUED"));
    if (result.isSwitchChanged) later("switch", readDelayMs, () => readWaiting("APPROVED"));
    if (result.isChatChanged) refresh(keys.chat(projectId));
    if (result.isConfigChanged) refresh(keys.config);
    for (const id of result.sessionTaskIds) refresh(keys.sessions(id));
    for (const id of result.touchedIds) refresh(keys.events(projectId, id));
    for (const id of result.changedIds) refresh(keys.explanation(id));
    if (result.areReasonsChanged) later("reasons", queueDelayMs, () => refresh(keys.explanations));
    later("events", 500, () => client.invalidateQueries({ queryKey: keys.events(projectId), exact: true }));
    if (result.isProjectChanged) later("graph", 500, () => refresh(keys.graph(projectId)));
  }

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
      for (const task of items) storeSingle(task);
    } catch {
      for (const id of ids) toRead.add(id);
      later("tasks", 2000, readChanged);
    }
  }

  function storeSingle(task: Task) {
    if (client.getQueryCache().findAll({ queryKey: ["task"] }).length > 0) storeTask(client, task);
  }

  /** Places in the queue and reasons of those that were not named by an event. */
  async function readWaiting(status: "QUEUED" | "APPROVED") {
    const sort = status === "QUEUED" ? "queue" : "position";
    const { items } = await api.task.list({ projectId, status, sort, limit: 100 });
    changeStore(client, projectId, (store) => mergeTasks(store, items));
  }

  function tell({ failed, completedIds }: Consequences, events: readonly JournalEvent[]) {
    const { byId } = readStore(client, projectId);
    for (const { id, message } of failed) {
      const task = byId[id];
      if (task)
        notify.error(`${task.key} failed: ${task.title}`, { id: `failed-${id}`, description: message ?? undefined });
    }
    for (const id of completedIds) changedByOthers.add(id);
    for (const event of events) {
      if (event.type === "TASK_STATUS_CHANGED" && event.actor.type !== "person") changedByOthers.add(event.entityId);
    }
    if (changedByOthers.size > 0) later("announce", announceEveryMs, sayChanged);
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
      refresh(keys.chat(projectId));
      refresh(["sessions"]);
      refresh(["events"]);
      refresh(["task"]);
      refresh(keys.explanations);
      refreshProject(client, projectId);
    },
    stop: () => later.stop(),
  };
}

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

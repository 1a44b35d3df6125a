import { patchTask, releaseDependents, removeTasks, type TaskStore } from "@/lib/client/task-store.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

/** What a batch of events means for the caches: what is known at once, and what has to be read again. */
export interface Consequences {
  store: TaskStore;
  /** Tasks to read: why lines, session and dependencies come from the server. */
  changedIds: Set<string>;
  /** Tasks whose sessions changed. */
  sessionTaskIds: Set<string>;
  /** Sessions to which something was said, or that took it. */
  promptedSessionIds: Set<string>;
  /** An agent asks, or was answered. */
  areQuestionsChanged: boolean;
  /** What the project's agents may spend, or have spent. */
  isUsageChanged: boolean;
  /** Cards that disagree with their files about something else than before. */
  fileTaskIds: Set<string>;
  /** A rule was changed, or did something. */
  areRulesChanged: boolean;
  /** Entities with something new in the journal. */
  touchedIds: Set<string>;
  isProjectChanged: boolean;
  /** The order or the reasons of waiting tasks changed. */
  isQueueChanged: boolean;
  /** The reasons of approved tasks changed. */
  isSwitchChanged: boolean;
  /** A slot came free or was taken, or a rule changed: any waiting task may wait for another reason now. */
  areReasonsChanged: boolean;
  isChatChanged: boolean;
  isConfigChanged: boolean;
  completedIds: string[];
}

export function consequencesOf(events: readonly JournalEvent[], before: TaskStore): Consequences {
  const result: Consequences = {
    store: before,
    changedIds: new Set(),
    sessionTaskIds: new Set(),
    promptedSessionIds: new Set(),
    areQuestionsChanged: false,
    isUsageChanged: false,
    fileTaskIds: new Set(),
    areRulesChanged: false,
    touchedIds: new Set(),
    isProjectChanged: false,
    isQueueChanged: false,
    isSwitchChanged: false,
    areReasonsChanged: false,
    isChatChanged: false,
    isConfigChanged: false,
    completedIds: [],
  };
  for (const event of events) take(event, result);
  result.areReasonsChanged = result.isProjectChanged || result.isQueueChanged || result.isConfigChanged;
  return result;
}

function take(event: JournalEvent, result: Consequences): void {
  result.touchedIds.add(event.entityId);
  if (event.type.startsWith("SESSION_PROMPT")) {
    result.promptedSessionIds.add(event.entityId);
    if ("taskId" in event.payload) result.touchedIds.add(event.payload.taskId);
    return;
  }
  if (event.type.startsWith("SESSION_") || event.type.startsWith("SANDBOX_")) {
    const taskId = "taskId" in event.payload ? event.payload.taskId : event.entityId;
    result.sessionTaskIds.add(taskId);
    result.changedIds.add(taskId);
    result.touchedIds.add(taskId);
    // A slot, or what the session was given, is taken or free again.
    result.isQueueChanged = true;
    if (event.type === "SESSION_ENDED") result.isUsageChanged = true;
    return;
  }
  if (event.type.startsWith("CHAT_")) {
    result.isChatChanged = true;
    return;
  }
  switch (event.type) {
    case "TASK_STATUS_CHANGED":
      result.changedIds.add(event.entityId);
      result.isProjectChanged = true;
      if (event.payload.from === "QUEUED" || event.payload.to === "QUEUED") result.isQueueChanged = true;
      result.store = moveTask(result.store, event);
      return;
    case "TASK_COMPLETED": {
      const { store, released } = releaseDependents(result.store, event.entityId);
      result.store = store;
      result.completedIds.push(event.entityId);
      for (const id of [event.entityId, ...released]) result.changedIds.add(id);
      return;
    }
    case "TASK_FILE_CHANGED":
      result.fileTaskIds.add(event.entityId);
      return;
    case "RULE_CHANGED":
    case "RULE_TRIGGERED":
      result.areRulesChanged = true;
      return;
    case "TASK_FAILED":
      result.changedIds.add(event.entityId);
      return;
    case "TASKS_UNBLOCKED":
      for (const id of event.payload.unblockedTaskIds) result.changedIds.add(id);
      result.isProjectChanged = true;
      return;
    case "TASK_DEPENDENCY_ADDED":
    case "TASK_DEPENDENCY_REMOVED":
      result.changedIds.add(event.entityId).add(event.payload.dependsOnId);
      result.isProjectChanged = true;
      return;
    case "TASK_UPDATED":
      result.changedIds.add(event.entityId);
      result.isProjectChanged = true;
      if (event.payload.changed.includes("priority")) result.isQueueChanged = true;
      return;
    case "TASK_DELETED":
      if (result.store.byId[event.entityId]?.status === "QUEUED") result.isQueueChanged = true;
      result.store = removeTasks(result.store, [event.entityId]);
      result.changedIds.delete(event.entityId);
      result.isProjectChanged = true;
      return;
    case "QUEUE_CLEARED":
      for (const id of event.payload.taskIds) result.changedIds.add(id);
      result.isQueueChanged = true;
      return;
    case "AUTONOMOUS_MODE_CHANGED":
      for (const id of event.payload.returnedTaskIds) result.changedIds.add(id);
      result.isProjectChanged = result.isQueueChanged = result.isSwitchChanged = true;
      return;
    case "CONFIG_CHANGED":
      result.isConfigChanged = result.isQueueChanged = true;
      return;
    case "PROJECT_CREATED":
    case "PROJECT_ARCHIVED":
      result.isProjectChanged = true;
      return;
    case "PROJECT_UPDATED":
      // Its limits may have changed, and its budget.
      result.isProjectChanged = result.isQueueChanged = result.isUsageChanged = true;
      return;
    case "QUESTION_ASKED":
    case "QUESTION_ANSWERED":
      result.areQuestionsChanged = true;
      result.changedIds.add(event.payload.taskId);
      result.touchedIds.add(event.payload.taskId);
      return;
    case "BUDGET_REACHED":
      result.isUsageChanged = result.isQueueChanged = true;
      return;
    case "MONITOR_REACTED":
      result.changedIds.add(event.payload.taskId);
      if (event.payload.sessionId) result.sessionTaskIds.add(event.payload.taskId);
      return;
    case "RESOURCE_EXHAUSTED":
    case "AGENT_PAUSED":
    case "AGENT_RESUMED":
      result.isQueueChanged = true;
      return;
    default:
      if (event.type.startsWith("TASK_")) {
        result.changedIds.add(event.entityId);
        result.isProjectChanged = true;
      }
  }
}

type StatusChange = Extract<JournalEvent, { type: "TASK_STATUS_CHANGED" }>;

/** The card moves at once; the rest of it follows with the read. */
function moveTask(store: TaskStore, { entityId, payload, at }: StatusChange): TaskStore {
  const known = store.pending[entityId] ?? store.byId[entityId];
  if (!known || payload.version <= known.version) return store;
  const { [entityId]: _, ...pending } = store.pending;
  const change = { status: payload.to, version: payload.version, statusReason: payload.reason, statusSince: at };
  const unknown = { queuePosition: null, why: null, session: null };
  return patchTask({ ...store, pending }, entityId, (task) => ({ ...task, ...change, ...unknown }));
}

/** Counts follow the events exactly: each is counted once, because the project says up to where it has counted. */
export function countEvents(project: Project, events: readonly JournalEvent[]): Project {
  const counts: Record<Task["status"], number> = { ...project.counts };
  let { lastSeq, autonomousExecutionEnabled } = project;
  for (const event of events) {
    if (event.projectId !== project.id || event.seq <= lastSeq) continue;
    lastSeq = event.seq;
    if (event.type === "TASK_STATUS_CHANGED") {
      counts[event.payload.from] = Math.max(0, counts[event.payload.from] - 1);
      counts[event.payload.to] += 1;
    } else if (event.type === "TASK_CREATED") counts[event.payload.status] += 1;
    else if (event.type === "AUTONOMOUS_MODE_CHANGED") autonomousExecutionEnabled = event.payload.enabled;
  }
  return lastSeq === project.lastSeq ? project : { ...project, counts, lastSeq, autonomousExecutionEnabled };
}

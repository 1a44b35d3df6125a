import { z } from "zod";
import type { Actor } from "@/lib/actor.ts";
import { taskStatuses } from "@/lib/task/machine.ts";

/** The catalogue of events: type → payload. The same shapes travel over HTTP, sockets and webhooks. */
const id = z.string();
const status = z.enum(taskStatuses);
const session = { taskId: id, attempt: z.number() };

export const eventPayloads = {
  PROJECT_CREATED: z.object({ key: z.string(), name: z.string() }),
  PROJECT_UPDATED: z.object({ changed: z.array(z.string()) }),
  PROJECT_ARCHIVED: z.object({ key: z.string() }),
  AUTONOMOUS_MODE_CHANGED: z.object({ enabled: z.boolean(), returnedTaskIds: z.array(id) }),
  TASK_CREATED: z.object({ key: z.string(), title: z.string(), status }),
  TASK_UPDATED: z.object({ changed: z.array(z.string()), version: z.number() }),
  TASK_DELETED: z.object({ key: z.string(), title: z.string() }),
  TASK_STATUS_CHANGED: z.object({
    from: status,
    to: status,
    verb: z.string(),
    reason: z.string().nullable(),
    version: z.number(),
  }),
  TASK_COMPLETED: z.object({ attempt: z.number(), resultCommit: z.string().nullable() }),
  TASK_FAILED: z.object({ reason: z.string().nullable(), message: z.string().nullable() }),
  TASK_RETRY_SCHEDULED: z.object({ attempt: z.number(), availableAt: z.string(), reason: z.string().nullable() }),
  TASK_STALLED: z.object({ reason: z.string().nullable() }),
  TASK_ESCALATED: z.object({ taskId: id }),
  TASKS_UNBLOCKED: z.object({ completedTaskId: id, unblockedTaskIds: z.array(id) }),
  TASK_DEPENDENCY_ADDED: z.object({ dependsOnId: id }),
  TASK_DEPENDENCY_REMOVED: z.object({ dependsOnId: id }),
  /** What is disputed between a card and its file, or could not be taken from it, is different now. */
  TASK_FILE_CHANGED: z.object({ name: z.string(), conflicts: z.array(z.string()), remarks: z.array(z.string()) }),
  RULE_CHANGED: z.object({ name: z.string(), what: z.enum(["created", "changed", "deleted"]), isEnabled: z.boolean() }),
  /** Something happened that a rule is about: its task was created, or is held, or was skipped. */
  RULE_TRIGGERED: z.object({
    name: z.string(),
    triggerId: id,
    subject: z.string(),
    what: z.string(),
    status: z.enum(["CREATED", "HELD", "SKIPPED"]),
    reason: z.enum(["ORIGIN", "DEPTH", "RATE", "OPEN_TASK", "REFUSED"]).nullable(),
    message: z.string().nullable(),
    createdTaskId: id.nullable(),
  }),
  SESSION_QUEUED: z.object({ position: z.number(), priority: z.number(), estimatedStart: z.string().optional() }),
  SESSION_STARTED: z.object({ ...session, baseCommit: z.string().nullable() }),
  SESSION_PROMPTED: z.object({ ...session, promptId: id, text: z.string() }),
  SESSION_PROMPT_DELIVERED: z.object({ ...session, promptId: id }),
  SESSION_PROMPT_REFUSED: z.object({ ...session, promptId: id, reason: z.string() }),
  QUESTION_ASKED: z.object({ ...session, questionId: id, tool: z.string(), input: z.string(), expiresAt: z.string() }),
  QUESTION_ANSWERED: z.object({ ...session, questionId: id, tool: z.string(), decision: z.enum(["allow", "deny"]) }),
  SESSION_ENDED: z.object({
    ...session,
    status: z.string(),
    reason: z.string().nullable(),
    exitCode: z.number().nullable(),
    message: z.string().nullable(),
  }),
  SANDBOX_SPAWNED: z.object({ taskId: id, sessionId: id, pid: z.number() }),
  SANDBOX_TERMINATED: z.object({ taskId: id, sessionId: id }),
  /** Told once for the task that is first in line for it. cpu in cores, memory and disk in bytes. */
  RESOURCE_EXHAUSTED: z.object({
    resource: z.enum(["cpu", "memory", "disk"]),
    usage: z.number(),
    limit: z.number(),
    sessionIds: z.array(id),
    taskId: id,
    asked: z.number(),
  }),
  /** No agent starts in the project before; those that run go on, unless the project says otherwise. */
  BUDGET_REACHED: z.object({ spentUsd: z.number(), budgetUsd: z.number(), until: z.string() }),
  AGENT_PAUSED: z.object({ agent: z.string(), until: z.string(), reason: z.string() }),
  /** In every project where tasks of the type wait, and in the instance's journal. */
  AGENT_RESUMED: z.object({ agent: z.string() }),
  MONITOR_REACTED: z.object({
    kind: z.enum(["pending", "silent", "no_heartbeat"]),
    strategy: z.enum(["log_only", "mark_stalled", "reassign", "escalate"]),
    taskId: id,
    sessionId: id.optional(),
    waitedSeconds: z.number(),
  }),
  QUEUE_CLEARED: z.object({ taskIds: z.array(id) }),
  CHAT_POSTED: z.object({ text: z.string() }),
  CHAT_ANSWERED: z.object({ text: z.string(), replyToId: id, taskIds: z.array(id) }),
  CONFIG_CHANGED: z.object({ changed: z.array(z.string()) }),
} as const;

export type EventType = keyof typeof eventPayloads;
export type EventPayload<Type extends EventType> = z.infer<(typeof eventPayloads)[Type]>;
export const eventTypes = Object.keys(eventPayloads) as EventType[];

export interface JournalEventOf<Type extends EventType> {
  /** Dense within the project, in commit order, from 1. */
  seq: number;
  type: Type;
  projectId: string | null;
  entityType: string;
  entityId: string;
  actor: Actor;
  at: string;
  payload: EventPayload<Type>;
}

export type JournalEvent = { [Type in EventType]: JournalEventOf<Type> }[EventType];

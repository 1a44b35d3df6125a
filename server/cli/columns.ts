import type { Actor } from "@/lib/actor.ts";
import type { FoundAgent, FoundSandbox } from "@/lib/agent/contract.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Question } from "@/lib/question/schema.ts";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";
import type { Session, SessionPrompt } from "@/lib/session/schema.ts";
import { sizeText } from "@/lib/size-text.ts";
import type { Reason, Task } from "@/lib/task/schema.ts";
import { statusColor } from "./status-color.ts";
import type { Column } from "./table.ts";
import { clockTime, relativeTime, tookTime } from "./time-text.ts";

// What people see of a list. Programs read --json, which has everything.

const priorities = ["lowest", "low", "medium", "high", "highest", "urgent"];
export const priorityText = (priority: number): string => priorities[priority] ?? String(priority);

export const projectColumns: Column<Project>[] = [
  { title: "KEY", text: ({ key }) => key },
  { title: "NAME", text: ({ name }) => name, isElastic: true },
  { title: "AUTO", text: (project) => (project.autonomousExecutionEnabled ? "on" : "off") },
  { title: "READY", text: ({ processableCount }) => String(processableCount) },
  { title: "RUNNING", text: ({ counts }) => String(counts.RUNNING ?? 0) },
  { title: "DONE", text: ({ counts }) => String(counts.COMPLETED ?? 0) },
  { title: "TASKS", text: ({ counts }) => String(Object.values(counts).reduce((sum, count) => sum + count, 0)) },
  { title: "REPOSITORY", text: ({ repoPath, repoUrl }) => repoPath ?? repoUrl ?? "", isElastic: true },
];

export const taskColumns: Column<Task>[] = [
  { title: "KEY", text: ({ key }) => key },
  { title: "STATUS", text: ({ status }) => status, color: ({ status }) => statusColor(status) },
  { title: "PRIORITY", text: ({ priority }) => priorityText(priority) },
  { title: "TYPE", text: ({ type }) => type },
  { title: "TITLE", text: ({ title }) => title, isElastic: true },
  { title: "SINCE", text: ({ statusSince }) => relativeTime(statusSince) },
  { title: "NOW", text: ({ session, why }) => session?.liveLine ?? why?.message ?? "", isElastic: true },
];

export const sessionColumns: Column<Session>[] = [
  { title: "SESSION", text: ({ taskKey, attempt }) => `${taskKey}/${attempt}` },
  { title: "STATUS", text: ({ status }) => status, color: ({ status }) => statusColor(status) },
  { title: "TYPE", text: ({ type }) => type },
  { title: "AGENT", text: ({ agent }) => agent },
  { title: "STARTED", text: ({ startedAt }) => relativeTime(startedAt) },
  { title: "TOOK", text: ({ startedAt, endedAt }) => tookTime(startedAt, endedAt) },
  { title: "COST", text: ({ costUsd }) => (costUsd === null ? "" : `$${costUsd.toFixed(2)}`) },
  { title: "TASK", text: ({ taskTitle }) => taskTitle, isElastic: true },
  { title: "NOW", text: ({ liveLine, message }) => liveLine ?? message ?? "", isElastic: true },
  { title: "ID", text: ({ id }) => id },
];

export interface QueueItem {
  key: string;
  title: string;
  type: string;
  priority: number;
  queuedAt: string | null;
  position: number | null;
  estimatedStart: string | null;
  why: Reason | null;
}
export const queueColumns: Column<QueueItem>[] = [
  { title: "#", text: ({ position }) => (position === null ? "-" : String(position)) },
  { title: "KEY", text: ({ key }) => key },
  { title: "PRIORITY", text: ({ priority }) => priorityText(priority) },
  { title: "TYPE", text: ({ type }) => type },
  { title: "QUEUED", text: ({ queuedAt }) => relativeTime(queuedAt) },
  { title: "STARTS", text: ({ estimatedStart }) => relativeTime(estimatedStart) },
  { title: "TITLE", text: ({ title }) => title, isElastic: true },
  { title: "WHY", text: ({ why }) => why?.message ?? "", isElastic: true },
];

export interface JournalRow {
  seq: number;
  type: string;
  entityType: string;
  entityId: string;
  actor: Actor;
  at: string;
  payload: unknown;
}
export const eventColumns: Column<JournalRow>[] = [
  { title: "SEQ", text: ({ seq }) => String(seq) },
  { title: "AT", text: ({ at }) => clockTime(at) },
  { title: "TYPE", text: ({ type }) => type },
  { title: "ACTOR", text: ({ actor }) => actor.name },
  { title: "ENTITY", text: ({ entityType, entityId }) => `${entityType} ${entityId.slice(0, 13)}` },
  { title: "WHAT", text: ({ payload }) => wordsOf(payload), isElastic: true },
];

export const chatColumns: Column<ChatMessage>[] = [
  { title: "WHEN", text: ({ createdAt }) => relativeTime(createdAt) },
  { title: "WHO", text: ({ author }) => author.name },
  { title: "TEXT", text: ({ text }) => text, isElastic: true },
];

export const fileColumns: Column<{ name: string; text: string }>[] = [
  { title: "NAME", text: ({ name }) => name },
  { title: "SIZE", text: ({ text }) => sizeText(Buffer.byteLength(text)) },
];

export const questionColumns: Column<Question>[] = [
  { title: "ID", text: ({ id }) => id },
  { title: "TASK", text: ({ taskKey, attempt }) => `${taskKey}/${attempt}` },
  { title: "TOOL", text: ({ tool }) => tool },
  { title: "ASKED", text: ({ askedAt }) => relativeTime(askedAt) },
  {
    title: "ANSWER",
    text: ({ decision, isOpen, expiresAt }) => decision ?? (isOpen ? `due ${relativeTime(expiresAt)}` : ""),
  },
  { title: "INPUT", text: ({ input }) => input, isElastic: true },
];

export const promptColumns: Column<SessionPrompt>[] = [
  { title: "SAID", text: ({ createdAt }) => relativeTime(createdAt) },
  { title: "WHO", text: ({ author }) => author.name },
  {
    title: "TAKEN",
    text: ({ deliveredAt, refusal }) =>
      refusal !== null ? "refused" : deliveredAt ? relativeTime(deliveredAt) : "not yet",
  },
  { title: "TEXT", text: ({ text }) => text, isElastic: true },
  { title: "WHY", text: ({ refusal }) => refusal ?? "", isElastic: true },
];

export const reasonColumns: Column<Reason>[] = [
  { title: "REASON", text: ({ code }) => code },
  { title: "IN WORDS", text: ({ message }) => message, isElastic: true },
  { title: "UNTIL", text: ({ until }) => relativeTime(until) },
];

export const agentColumns: Column<FoundAgent & { host: string }>[] = [
  { title: "AGENT", text: ({ name }) => name },
  {
    title: "USABLE",
    text: ({ problem }) => (problem === null ? "yes" : "no"),
    color: ({ problem }) => (problem === null ? "green" : "yellow"),
  },
  { title: "VERSION", text: ({ version }) => version ?? "" },
  { title: "PROGRAM", text: ({ program }) => program ?? "", isElastic: true },
  { title: "PROBLEM", text: ({ problem }) => problem ?? "", isElastic: true },
];

export const sandboxColumns: Column<FoundSandbox>[] = [
  { title: "SANDBOX", text: ({ name }) => name },
  {
    title: "USABLE",
    text: ({ isUsable }) => (isUsable ? "yes" : "no"),
    color: ({ isUsable }) => (isUsable ? "green" : "yellow"),
  },
  { title: "ISOLATED", text: ({ isIsolated }) => (isIsolated ? "yes" : "no") },
  { title: "PROBLEM", text: ({ problem }) => problem ?? "", isElastic: true },
];

const share = (used: number, limit: number | null, text: (amount: number) => string = String): string =>
  limit === null ? text(used) : `${text(used)} / ${text(limit)}`;

export const orchestratorColumns: Column<OrchestratorUsage>[] = [
  { title: "ORCHESTRATOR", text: ({ id }) => id },
  { title: "STARTED", text: ({ startedAt }) => relativeTime(startedAt) },
  { title: "SLOTS", text: ({ slots }) => share(slots.used, slots.limit) },
  { title: "CPU GIVEN", text: ({ cpus }) => share(cpus.allocated, cpus.limit) },
  { title: "CPU USED", text: ({ cpus }) => cpus.used.toFixed(2) },
  { title: "MEMORY GIVEN", text: ({ memoryBytes }) => share(memoryBytes.allocated, memoryBytes.limit, sizeText) },
  { title: "MEMORY USED", text: ({ memoryBytes }) => sizeText(memoryBytes.used) },
  { title: "DISK FREE", text: ({ diskBytes }) => (diskBytes.free === null ? "" : sizeText(diskBytes.free)) },
  { title: "PAUSED", text: ({ pausedReason }) => pausedReason ?? "" },
];

/** A payload as `name=value` words; what is nothing is left out. */
function wordsOf(payload: unknown): string {
  return Object.entries((payload ?? {}) as Record<string, unknown>)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
}

export const usedColumns: Column<OrchestratorUsage["sessions"][number]>[] = [
  { title: "TASK", text: ({ taskKey }) => taskKey },
  { title: "STATUS", text: ({ status }) => status, color: ({ status }) => statusColor(status) },
  { title: "STARTED", text: ({ startedAt }) => relativeTime(startedAt) },
  { title: "CPU", text: ({ usage }) => (typeof usage.cpus === "number" ? usage.cpus.toFixed(2) : "") },
  { title: "MEMORY", text: ({ usage }) => (typeof usage.memoryBytes === "number" ? sizeText(usage.memoryBytes) : "") },
  { title: "TITLE", text: ({ taskTitle }) => taskTitle, isElastic: true },
];

export const dayColumns: Column<{ day: string; sessions: number; costUsd: number | null; unknown: number }>[] = [
  { title: "DAY", text: ({ day }) => day },
  { title: "SESSIONS", text: ({ sessions }) => String(sessions) },
  { title: "COST", text: ({ costUsd }) => (costUsd === null ? "" : `$${costUsd.toFixed(2)}`) },
  { title: "COST UNKNOWN", text: ({ unknown }) => (unknown === 0 ? "" : String(unknown)) },
];

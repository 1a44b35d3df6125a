import { z } from "zod";
import { taskTypes } from "@/lib/task/task-types.ts";

export const escalationStrategies = ["log_only", "mark_stalled", "reassign", "escalate"] as const;
export const escalationStrategySchema = z.enum(escalationStrategies);
const kib = 1024;
const mib = 1024 * kib;
const sizeBytes = (min: number) => z.number().int().min(min).max(Number.MAX_SAFE_INTEGER);

const fields = {
  maxConcurrent: z.number().int().min(1).max(256).nullable(),
  maxQueueSize: z.number().int().min(1).max(1_000_000),
  priorityAgeingSeconds: z.number().min(0).max(86_400),
  retryBaseMs: z.number().int().min(0).max(3_600_000),
  retryCapMs: z.number().int().min(0).max(86_400_000),
  maxConcurrentPerUser: z.number().int().min(1).max(10_000).nullable(),
  maxConcurrentPerAgentType: z.partialRecord(z.enum(taskTypes), z.number().int().min(0).max(10_000)),
  pendingTimeoutSeconds: z.number().int().min(1).max(31_536_000),
  checkIntervalSeconds: z.number().int().min(1).max(86_400),
  idleTimeoutSeconds: z.number().int().min(1).max(31_536_000),
  escalationStrategy: escalationStrategySchema,
  logMaxBytes: sizeBytes(64 * kib).max(1024 * mib),
  lineMaxBytes: sizeBytes(kib).max(16 * mib),
  logRetentionDays: z.number().int().min(1).max(36_500),
  journalRetentionDays: z.number().int().min(1).max(36_500).nullable(),
  failedWorkingCopyRetentionSeconds: z.number().int().min(0).max(31_536_000),
  diskMinFreeBytes: sizeBytes(0),
  acpAgents: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, "Small letters, digits and -"),
    z.strictObject({ command: z.string().min(1).max(4096), args: z.array(z.string().max(4096)).max(100).default([]) }),
  ),
};

/** Limits and policies of the instance, with their units and defaults. */
export const configSchema = z.strictObject({
  /** Slots of one orchestrator; null: its TASK_MAX_CONCURRENT. */
  maxConcurrent: fields.maxConcurrent.default(null),
  maxQueueSize: fields.maxQueueSize.default(10_000),
  /** One step of priority is worth this much waiting. */
  priorityAgeingSeconds: fields.priorityAgeingSeconds.default(300),
  retryBaseMs: fields.retryBaseMs.default(10_000),
  retryCapMs: fields.retryCapMs.default(300_000),
  /** Live sessions of what one person or token queued (the system queues for who created the task); null: no limit. */
  maxConcurrentPerUser: fields.maxConcurrentPerUser.default(null),
  /** Live sessions by type of task, over all projects and orchestrators; a type without an entry has no limit. */
  maxConcurrentPerAgentType: fields.maxConcurrentPerAgentType.default({}),
  /** The monitor's: projects may set their own. How long a task may wait, how long a session may be silent, how often it looks. */
  pendingTimeoutSeconds: fields.pendingTimeoutSeconds.default(3600),
  checkIntervalSeconds: fields.checkIntervalSeconds.default(300),
  idleTimeoutSeconds: fields.idleTimeoutSeconds.default(900),
  escalationStrategy: fields.escalationStrategy.default("log_only"),
  /** Output of one session that is kept, and the longest line in it. */
  logMaxBytes: fields.logMaxBytes.default(16 * mib),
  lineMaxBytes: fields.lineMaxBytes.default(64 * kib),
  logRetentionDays: fields.logRetentionDays.default(30),
  /** null: for ever. */
  journalRetentionDays: fields.journalRetentionDays.default(365),
  /** Directories of failed sessions stay so long to be looked at; those of others go at once. */
  failedWorkingCopyRetentionSeconds: fields.failedWorkingCopyRetentionSeconds.default(86_400),
  /** An orchestrator claims nothing while its disk has less. */
  diskMinFreeBytes: fields.diskMinFreeBytes.default(256 * mib),
  /** Agents that speak the Agent Client Protocol, by name: the program on the orchestrator's PATH and its arguments. */
  acpAgents: fields.acpAgents.default({
    claude: { command: "claude-agent-acp", args: [] },
    codex: { command: "codex-acp", args: [] },
    gemini: { command: "gemini", args: ["--acp"] },
    opencode: { command: "opencode", args: ["acp"] },
  }),
});
/** A change of some of them: what is left out stays as it is, so nothing here has a default. */
export const configChangesSchema = z.strictObject(fields).partial();
export type Config = z.infer<typeof configSchema>;

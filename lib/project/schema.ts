import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { escalationStrategySchema } from "@/lib/config/schema.ts";
import { idSchema, timeSchema } from "@/lib/operation.ts";
import { taskStatuses } from "@/lib/task/machine.ts";
import { mcpServersSchema, resourceFields, retryOnSchema, taskTypeSchema } from "@/lib/task/schema.ts";

/** Where sessions may run; "auto" is the first usable one (server/sandbox/registry.ts). */
export const sandboxNames = ["bwrap", "process"] as const;
export type SandboxName = (typeof sandboxNames)[number];
export const permissionPolicies = ["allow", "ask", "deny"] as const;
const hostPattern = /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/;

const fields = {
  maxConcurrentSessions: z.number().int().min(1).max(64),
  requireReview: z.boolean(),
  maxInReview: z.number().int().min(1).max(10_000).nullable(),
  defaultTaskType: taskTypeSchema,
  defaultMaxAttempts: z.number().int().min(1).max(20).nullable(),
  defaultTimeoutSeconds: z.number().int().min(1).max(86_400).nullable(),
  pendingTimeoutSeconds: z.number().int().min(1).max(31_536_000).nullable(),
  checkIntervalSeconds: z.number().int().min(1).max(86_400).nullable(),
  idleTimeoutSeconds: z.number().int().min(1).max(31_536_000).nullable(),
  escalationStrategy: escalationStrategySchema.nullable(),
  retryBaseMs: z.number().int().min(0).max(3_600_000).nullable(),
  retryCapMs: z.number().int().min(0).max(86_400_000).nullable(),
  retryOn: retryOnSchema.nullable(),
  sessionCpus: resourceFields.cpus.nullable(),
  sessionMemoryBytes: resourceFields.memoryBytes.nullable(),
  sessionDiskBytes: resourceFields.diskBytes.nullable(),
  instructions: z.string().max(65_536),
  model: z.string().trim().min(1).max(200).nullable(),
  mcpServers: mcpServersSchema,
  sandbox: z.enum(["auto", ...sandboxNames]),
  network: z.enum(["none", "host"]),
  allowedHosts: z
    .array(z.string().trim().toLowerCase().regex(hostPattern, "A host name such as registry.npmjs.org"))
    .max(100),
  permissions: z.enum(permissionPolicies),
  boardTools: z.boolean(),
  sessionTasks: z.enum(["draft", "approved"]),
  questionTimeoutSeconds: z.number().int().min(1).max(604_800),
  questionOnTimeout: z.enum(["allow", "deny"]),
  sessionBudgetUsd: z.number().min(0.01).max(100_000).nullable(),
  dailyBudgetUsd: z.number().min(0.01).max(1_000_000).nullable(),
  budgetStopsRunning: z.boolean(),
  taskFiles: z.enum(["off", "on"]),
};

/** What a project's people decide; the defaults hold where nothing was chosen. */
export const projectSettingsSchema = z.strictObject({
  maxConcurrentSessions: fields.maxConcurrentSessions.default(5),
  requireReview: fields.requireReview.default(false),
  /** With requireReview: as many as are in review or may come to be, at most; null: any number. */
  maxInReview: fields.maxInReview.default(null),
  defaultTaskType: fields.defaultTaskType.default("cli"),
  defaultMaxAttempts: fields.defaultMaxAttempts.default(null),
  defaultTimeoutSeconds: fields.defaultTimeoutSeconds.default(null),
  /** The monitor's, the retry policy's: null is what the instance says. */
  pendingTimeoutSeconds: fields.pendingTimeoutSeconds.default(null),
  checkIntervalSeconds: fields.checkIntervalSeconds.default(null),
  idleTimeoutSeconds: fields.idleTimeoutSeconds.default(null),
  escalationStrategy: fields.escalationStrategy.default(null),
  retryBaseMs: fields.retryBaseMs.default(null),
  retryCapMs: fields.retryCapMs.default(null),
  retryOn: fields.retryOn.default(null),
  /** What a session asks for where its task says nothing; null: nothing. */
  sessionCpus: fields.sessionCpus.default(null),
  sessionMemoryBytes: fields.sessionMemoryBytes.default(null),
  sessionDiskBytes: fields.sessionDiskBytes.default(null),
  /** What every agent of the project is told beside its task. Markdown. */
  instructions: fields.instructions.default(""),
  /** Of its agents, where a task names none; null: the agent's own choice. */
  model: fields.model.default(null),
  /** For claude-agent tasks, beside those of the task. */
  mcpServers: fields.mcpServers.default({}),
  sandbox: fields.sandbox.default("auto"),
  /** What an isolated sandbox reaches besides Runboard and the agent's model: nothing, or all that its machine does. */
  network: fields.network.default("none"),
  /** With network none: hosts that may be reached over HTTPS all the same. `*.` stands for any name below. */
  allowedHosts: fields.allowedHosts.default([]),
  /** What an agent does that it asks permission for: it may, a person is asked, it may not. */
  permissions: fields.permissions.default("allow"),
  /** Agents get Runboard's own MCP server: they read their project's board and add tasks to it. */
  boardTools: fields.boardTools.default(true),
  /** What sessions add to the board waits for a person's approval, or does not. */
  sessionTasks: fields.sessionTasks.default("draft"),
  questionTimeoutSeconds: fields.questionTimeoutSeconds.default(1800),
  questionOnTimeout: fields.questionOnTimeout.default("deny"),
  /** Of one session, and of all sessions that start on one day (UTC); null: none. */
  sessionBudgetUsd: fields.sessionBudgetUsd.default(null),
  dailyBudgetUsd: fields.dailyBudgetUsd.default(null),
  /** Sessions that run when the day's budget is spent are ended; else no new ones start. */
  budgetStopsRunning: fields.budgetStopsRunning.default(false),
  /** Cards are Markdown files in .runboard/tasks of the working tree, too, both ways. */
  taskFiles: fields.taskFiles.default("off"),
});
/** A change of some of them: what is left out stays as it is, so nothing here has a default. */
export const projectSettingsChangesSchema = z.strictObject(fields).partial();
export type ProjectSettings = z.infer<typeof projectSettingsSchema>;

export const projectKeySchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9]{1,9}$/, "2 to 10 capital letters or digits, a letter first");

export const projectSchema = z.object({
  id: idSchema,
  key: z.string(),
  name: z.string(),
  repoPath: z.string().nullable(),
  repoUrl: z.string().nullable(),
  baseBranch: z.string(),
  autonomousExecutionEnabled: z.boolean(),
  settings: projectSettingsSchema,
  isDemo: z.boolean(),
  version: z.number().int(),
  /** Cards by status; every status is present. */
  counts: z.record(z.enum(taskStatuses), z.number().int()),
  /** APPROVED and unblocked: what Start Processing would queue. */
  processableCount: z.number().int(),
  /** Number of the project's last event; subscribe after it. */
  lastSeq: z.number().int(),
  createdBy: actorSchema,
  archivedAt: timeSchema.nullable(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Project = z.infer<typeof projectSchema>;

/** Where the code lives: exactly one of a path on the orchestrator's machine or a URL git understands. */
export const repositorySourceSchema = z
  .strictObject({ repoPath: z.string().min(1).max(4096).optional(), repoUrl: z.string().min(1).max(2048).optional() })
  .refine(
    (source) => (source.repoPath === undefined) !== (source.repoUrl === undefined),
    "Give either repoPath or repoUrl",
  );
export type RepositorySource = z.infer<typeof repositorySourceSchema>;

export const repositoryCheckSchema = z.object({
  ok: z.boolean(),
  code: z.string().nullable(),
  message: z.string().nullable(),
  defaultBranch: z.string().nullable(),
  branches: z.array(z.string()),
  headCommit: z.string().nullable(),
  isClean: z.boolean().nullable(),
  isWritable: z.boolean().nullable(),
});
export type RepositoryCheck = z.infer<typeof repositoryCheckSchema>;

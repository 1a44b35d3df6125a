import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { idSchema, sentTimeSchema, timeSchema } from "@/lib/operation.ts";
import { errorClasses, sessionStatuses } from "@/lib/session/machine.ts";
import { taskStatuses } from "@/lib/task/machine.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

export const taskTypeSchema = z.enum(taskTypes);
export type TaskType = z.infer<typeof taskTypeSchema>;

/** A directory inside the clone: relative, no way out. */
export const workingDirectorySchema = z
  .string()
  .min(1)
  .max(1024)
  .refine((path) => !path.startsWith("/") && !path.includes("\0") && !path.split(/[\\/]/).includes(".."), {
    message: "A path inside the clone: relative and without '..'",
  });

const noNul = (text: string) => !text.includes("\0");
const argumentSchema = z.string().max(131_072).refine(noNul, "May not contain a NUL character");
const environmentSchema = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "A variable name")
      .max(200),
    argumentSchema,
  )
  .refine(
    (map) => Object.keys(map).every((name) => !name.startsWith("RUNBOARD_")),
    "Names starting with RUNBOARD_ are ours",
  )
  .refine((map) => Object.keys(map).length <= 200, "At most 200 variables");

export const cliSpecSchema = z.strictObject({
  command: z.string().trim().min(1).max(4096).refine(noNul, "May not contain a NUL character"),
  args: z.array(argumentSchema).max(1000).optional(),
  workingDirectory: workingDirectorySchema.optional(),
  environment: environmentSchema.optional(),
});
export type CliSpec = z.infer<typeof cliSpecSchema>;

/** Every agent: what to do, with which model, and whether an end without changes is a failure. */
const promptFields = {
  prompt: z.string().min(1).max(262_144),
  model: z.string().min(1).max(200).optional().describe("Else the project's, else the agent's own choice"),
  expectsChanges: z.boolean().optional().describe("true: without changed files it has not succeeded"),
};
const mcpValues = z.record(z.string().min(1).max(200), z.string().max(8192));
const mcpServerSchema = z
  .union([
    z.strictObject({ url: z.url(), headers: mcpValues.optional() }),
    z.strictObject({
      command: z.string().min(1).max(4096),
      args: z.array(argumentSchema).max(200).optional(),
      env: mcpValues.optional(),
    }),
  ])
  .describe("$" + "{secret:NAME} in a header or variable stands for the operator's RUNBOARD_SECRET_NAME");
export const mcpServersSchema = z.record(
  z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,49}$/, "A letter, then letters, digits, _ or -, at most 50"),
  mcpServerSchema,
);
export type McpServer = z.infer<typeof mcpServerSchema>;

/** The spec each type needs before it may run. A draft may still be without one ({}). */
export const specSchemas = {
  cli: cliSpecSchema,
  "claude-code": z.strictObject({
    ...promptFields,
    additionalFlags: z.array(argumentSchema).max(100).optional(),
  }),
  "claude-agent": z.strictObject({ ...promptFields, mcpServers: mcpServersSchema.default({}) }),
  codex: z.strictObject(promptFields),
  gemini: z.strictObject(promptFields),
  opencode: z.strictObject(promptFields),
  acp: z.strictObject({
    ...promptFields,
    agent: z.string().max(100).optional().describe("A name of config acpAgents"),
  }),
} as const satisfies Record<TaskType, z.ZodType>;

export const prioritySchema = z.number().int().min(0).max(4).describe("LOWEST 0, LOW 1, MEDIUM 2, HIGH 3, HIGHEST 4");
export const priorityNames = ["lowest", "low", "medium", "high", "highest", "urgent"] as const;

const tagSchema = z.string().trim().min(1).max(50);

/** What a session may ask for. It gets it, or waits. */
export const resourceFields = {
  cpus: z.number().min(0.01).max(1024).describe("Cores"),
  memoryBytes: z.number().int().min(1_048_576).max(Number.MAX_SAFE_INTEGER),
  diskBytes: z.number().int().min(1_048_576).max(Number.MAX_SAFE_INTEGER),
};

export const retryOnSchema = z
  .array(z.enum(errorClasses).exclude(["LOST", "INCURABLE"]))
  .max(4)
  .describe("Kinds of ends that are tried again; what is lost with its host always is, what cannot be cured never");
export const retryPolicySchema = z
  .strictObject({
    baseMs: z.number().int().min(0).max(3_600_000),
    capMs: z.number().int().min(0).max(86_400_000),
    retryOn: retryOnSchema,
  })
  .partial();
export type RetryPolicy = z.infer<typeof retryPolicySchema>;

/** In characters of JSON. No operating system starts a program with much more than that as its arguments and environment. */
const specMaxLength = 1_048_576;

/** What a person may write on a card. */
export const taskFields = {
  title: z.string().trim().min(1).max(200),
  description: z.string().max(65_536).describe("Markdown"),
  type: taskTypeSchema.describe("What carries it out"),
  spec: z
    .record(z.string(), z.unknown())
    .refine((value) => JSON.stringify(value).length <= specMaxLength, "At most 1 MiB of JSON")
    .describe("What to do: of type cli { command, args, workingDirectory, environment }, of an agent { prompt, … }"),
  priority: prioritySchema,
  tags: z.array(tagSchema).max(30).describe("Words to find it by"),
  area: z.string().max(100).nullable().describe("Part of the project it belongs to"),
  assignee: z.string().max(100).nullable().describe("Who looks after it"),
  deadline: sentTimeSchema.nullable().describe("When it is due, ISO 8601"),
  parentId: idSchema.nullable().describe("The task it is a part of"),
  maxAttempts: z.number().int().min(1).max(20).describe("Failures until it is FAILED; else the project's, else 3"),
  timeoutSeconds: z.number().int().min(1).max(86_400).describe("How long one attempt may take"),
  resources: z.strictObject(resourceFields).partial().describe("What a session of it asks for; else the project's"),
  retryPolicy: retryPolicySchema.nullable().describe("Where it differs from the project's; null: as the project"),
  metadata: z
    .record(z.string(), z.unknown())
    .refine((value) => JSON.stringify(value).length <= 16_384, "At most 16 KiB")
    .describe("Whatever a program wants to keep with it"),
} as const;

export const reasonCodes = [
  "DRAFT",
  "BLOCKED_BY",
  "DEPENDENCY_FAILED",
  "AUTONOMOUS_OFF",
  "NOT_DUE",
  "CLEANING_UP",
  "PROJECT_LIMIT",
  "CAPACITY",
  "RESOURCE",
  "RATE_LIMIT",
  "REVIEW_BACKPRESSURE",
  "BUDGET",
  "NO_WORKER",
  "QUEUE_POSITION",
] as const;

/** One reason why a task is not running; only the fields of its code are present. */
export const reasonSchema = z.object({
  code: z.enum(reasonCodes),
  message: z.string(),
  taskIds: z.array(idSchema).optional(),
  until: timeSchema.optional(),
  position: z.number().int().optional(),
  limit: z.number().int().optional(),
});
export type Reason = z.infer<typeof reasonSchema>;

export const taskSchema = z.object({
  id: idSchema,
  key: z.string(),
  projectId: idSchema,
  number: z.number().int(),
  title: z.string(),
  description: z.string(),
  type: taskTypeSchema,
  spec: z.record(z.string(), z.unknown()),
  status: z.enum(taskStatuses),
  statusReason: z.string().nullable(),
  statusSince: timeSchema,
  priority: z.number().int(),
  tags: z.array(z.string()),
  area: z.string().nullable(),
  assignee: z.string().nullable(),
  deadline: timeSchema.nullable(),
  parentId: idSchema.nullable(),
  dependsOn: z.array(idSchema),
  /** The dependencies that are not satisfied yet. */
  blockedBy: z.array(idSchema),
  /** Tasks that wait for this one and have not ended. */
  blocks: z.array(idSchema),
  position: z.number(),
  version: z.number().int(),
  generation: z.number().int(),
  attempts: z.number().int(),
  failures: z.number().int(),
  losses: z.number().int(),
  maxAttempts: z.number().int(),
  timeoutSeconds: z.number().int(),
  queuedBy: z.string().nullable(),
  queuedAt: timeSchema.nullable(),
  isForced: z.boolean(),
  availableAt: timeSchema.nullable(),
  /** Place in the queue of all projects, from 1; null while it is not in line, or beyond the first thousand. */
  queuePosition: z.number().int().nullable(),
  lastError: z.string().nullable(),
  feedback: z.string().nullable(),
  result: z.unknown(),
  resultBranch: z.string().nullable(),
  resultCommit: z.string().nullable(),
  resources: z.object(resourceFields).partial(),
  retryPolicy: retryPolicySchema.nullable(),
  /** Since when it could start and does not. */
  waitingSince: timeSchema.nullable(),
  /** When the monitor reacted to that. */
  monitoredAt: timeSchema.nullable(),
  metadata: z.record(z.string(), z.unknown()),
  /** The session that works on it now. */
  session: z
    .object({
      id: idSchema,
      attempt: z.number().int(),
      status: z.enum(sessionStatuses),
      startedAt: timeSchema,
      /** What carries it out, and whether people watch its terminal. */
      agent: z.string(),
      type: z.enum(["autonomous", "interactive"]),
      /** What it does at the moment, one line; null: it has not said. */
      liveLine: z.string().nullable(),
      /** So far; null: not known. */
      costUsd: z.number().nullable(),
      /** What it asks and nobody has answered. */
      openQuestions: z.number().int(),
    })
    .nullable(),
  /** The first reason why it is not running; null when it runs or has ended. */
  why: reasonSchema.nullable(),
  createdBy: actorSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Task = z.infer<typeof taskSchema>;

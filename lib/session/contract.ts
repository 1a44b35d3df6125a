import { z } from "zod";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  type OperationMeta,
  operation,
  projectRefSchema,
  queryNumber,
  taskRefSchema,
} from "@/lib/operation.ts";
import { sessionStatuses } from "@/lib/session/machine.ts";
import {
  effectiveSettingSchema,
  logPageSchema,
  sessionPromptSchema,
  sessionSchema,
  sessionTypeSchema,
} from "@/lib/session/schema.ts";
import { prioritySchema, taskSchema } from "@/lib/task/schema.ts";

const ofSession = z.strictObject({ sessionId: idSchema });

const wordsSchema = z.string().trim().min(1).max(65_536);

const startInput = z.strictObject({
  taskId: taskRefSchema,
  type: sessionTypeSchema.default("autonomous"),
  priority: prioritySchema.optional(),
  queue: z.boolean().default(true).describe("false: refuse with CAPACITY instead of waiting for a free slot"),
});
const started = z.object({
  task: taskSchema,
  position: z.number().int().nullable().describe("Place in the queue, from 1"),
});

const listInput = z.strictObject({
  projectId: projectRefSchema.optional(),
  taskId: taskRefSchema.optional(),
  status: z.enum(sessionStatuses).optional(),
  type: sessionTypeSchema.optional(),
  limit: limitQuery,
  cursor: cursorQuery,
});

const logsInput = z.strictObject({
  sessionId: idSchema,
  after: queryNumber(0, Number.MAX_SAFE_INTEGER).default(0).describe("Byte offset to read from"),
  waitSeconds: queryNumber(0, 30).default(0).describe("Follow: wait so long for more output"),
});

/** `more`: what holds for all of them. */
const at = (path: `/${string}`, more: Pick<OperationMeta, "without"> = {}) => ({
  start: operation({
    ...more,
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION", "TASK_BLOCKED", "QUEUE_FULL", "CAPACITY"],
    method: "POST",
    path,
    status: 201,
    summary: "Start a session for a task: approve it where needed and queue it",
    input: startInput,
    output: started,
  }),
  list: operation({
    ...more,
    policy: "project",
    effect: "read",
    method: "GET",
    path,
    summary: "List sessions, newest first",
    input: listInput,
    output: listOf(sessionSchema),
  }),
  cancel: operation({
    ...more,
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION"],
    isDestructive: true,
    method: "POST",
    path: `${path}/{sessionId}/cancel`,
    summary: "Cancel a session and its task",
    input: ofSession,
    output: sessionSchema,
  }),
  logs: operation({
    ...more,
    policy: "project-output",
    effect: "read",
    method: "GET",
    path: `${path}/{sessionId}/logs`,
    summary: "Read a session's output from a byte offset on",
    input: logsInput,
    output: logPageSchema,
  }),
});

export const sessionContract = {
  ...at("/sessions"),
  get: operation({
    policy: "project",
    effect: "read",
    without: { screen: "A task's page has the whole list of its sessions, and no page shows one alone" },
    method: "GET",
    path: "/sessions/{sessionId}",
    summary: "Get a session",
    input: ofSession,
    output: sessionSchema,
  }),
  prompt: operation({
    policy: "member",
    effect: "write",
    errors: ["PROMPT_REFUSED", "ILLEGAL_TRANSITION"],
    method: "POST",
    path: "/sessions/{sessionId}/prompts",
    status: 201,
    summary: "Say something to a running agent; it is delivered at its next turn",
    input: z.strictObject({ sessionId: idSchema, text: wordsSchema }),
    output: sessionPromptSchema,
  }),
  prompts: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/sessions/{sessionId}/prompts",
    summary: "List what was said to a session, oldest first, and whether it was taken",
    input: z.strictObject({ sessionId: idSchema, limit: limitQuery, cursor: cursorQuery }),
    output: listOf(sessionPromptSchema),
  }),
  continue: operation({
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION", "TASK_BLOCKED", "QUEUE_FULL"],
    method: "POST",
    path: "/sessions/{sessionId}/continue",
    status: 201,
    summary: "Queue the task of an ended session again with feedback; an agent that can goes on with the conversation",
    input: z.strictObject({ sessionId: idSchema, feedback: wordsSchema }),
    output: started,
  }),
  attach: operation({
    policy: "member",
    effect: "read",
    errors: ["ILLEGAL_TRANSITION"],
    method: "GET",
    path: "/sessions/{sessionId}/attach",
    summary: "Name the terminal of an interactive session and the command that attaches to it on its host",
    input: ofSession,
    output: z.object({ sessionId: idSchema, hostId: idSchema, socket: z.string(), command: z.string() }),
  }),
  config: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/session-config",
    without: { screen: "The settings pages show the same values where they are changed" },
    summary: "The settings that sessions of a project start with, and whether project or instance chose them",
    input: z.strictObject({
      projectId: projectRefSchema.optional().describe("Project id or key; without: of a project that chose nothing"),
    }),
    output: z.object({ projectId: idSchema.nullable(), settings: z.array(effectiveSettingSchema) }),
  }),
};

/** The same operations under the name some people know them by. */
export const autonomousContract = at("/autonomous", {
  without: { screen: "The same as session.* under another name: a screen shows them once" },
});

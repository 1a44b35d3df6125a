import { z } from "zod";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  operation,
  projectRefSchema,
  queryNumber,
  taskRefSchema,
} from "@/lib/operation.ts";
import { sessionStatuses } from "@/lib/session/machine.ts";
import { logPageSchema, sessionSchema, sessionTypeSchema } from "@/lib/session/schema.ts";
import { prioritySchema, taskSchema } from "@/lib/task/schema.ts";

const ofSession = z.strictObject({ sessionId: idSchema });

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

const at = (path: `/${string}`) => ({
  start: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path,
    status: 201,
    summary: "Start a session for a task: approve it where needed and queue it",
    input: startInput,
    output: started,
  }),
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path,
    summary: "List sessions, newest first",
    input: listInput,
    output: listOf(sessionSchema),
  }),
  cancel: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: `${path}/{sessionId}/cancel`,
    summary: "Cancel a session and its task",
    input: ofSession,
    output: sessionSchema,
  }),
  logs: operation({
    policy: "member",
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
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/sessions/{sessionId}",
    summary: "Get a session",
    input: ofSession,
    output: sessionSchema,
  }),
};

/** The same operations under the name some people know them by. */
export const autonomousContract = at("/autonomous");

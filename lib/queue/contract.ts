import { z } from "zod";
import { idSchema, operation, projectRefSchema, timeSchema } from "@/lib/operation.ts";
import { reasonSchema, taskTypeSchema } from "@/lib/task/schema.ts";

export const queueItemSchema = z.object({
  taskId: idSchema,
  key: z.string(),
  title: z.string(),
  projectId: idSchema,
  type: taskTypeSchema,
  priority: z.number().int(),
  queuedBy: z.string().nullable(),
  queuedAt: timeSchema.nullable(),
  availableAt: timeSchema.nullable(),
  /** Place in the true order, from 1; null while it waits for its time. */
  position: z.number().int().nullable(),
  estimatedStart: timeSchema.nullable().describe("At the present pace; null: no telling"),
  why: reasonSchema.nullable(),
});

export const queueContract = {
  status: operation({
    policy: "member",
    effect: "read",
    isSnapshot: true,
    method: "GET",
    path: "/queue",
    summary: "The queue in its true order, with why each task waits",
    input: z.strictObject({ type: taskTypeSchema.optional(), projectId: projectRefSchema.optional() }),
    output: z.object({
      items: z.array(queueItemSchema).describe("The first 1000"),
      depth: z.number().int(),
      running: z.number().int(),
      capacity: z.number().int().describe("Slots of all live orchestrators"),
      oldestQueuedAt: timeSchema.nullable(),
      pauses: z
        .array(z.object({ agent: z.string(), until: timeSchema, reason: z.string() }))
        .describe("Types of agent whose provider asked to wait"),
      policy: z.object({ order: z.string(), priorityAgeingSeconds: z.number(), maxQueueSize: z.number().int() }),
    }),
  }),
  clear: operation({
    policy: "member",
    effect: "write",
    isDestructive: true,
    method: "DELETE",
    path: "/queue",
    summary: "Return queued tasks to APPROVED",
    input: z.strictObject({ type: taskTypeSchema.optional(), projectId: projectRefSchema.optional() }),
    output: z.object({ cleared: z.array(idSchema) }),
  }),
  resume: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: "/queue/resume",
    summary: "Lift the pause of a type of agent before the time its provider named",
    input: z.strictObject({ agent: taskTypeSchema }),
    output: z.object({
      agent: taskTypeSchema,
      pausedUntil: timeSchema.nullable().describe("Until when it would have paused; null: it did not"),
    }),
  }),
};

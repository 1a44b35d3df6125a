import { z } from "zod";
import { idSchema, operation, sentTimeSchema } from "@/lib/operation.ts";
import { taskStatuses } from "@/lib/task/machine.ts";

const resultSchema = z
  .unknown()
  .refine((value) => JSON.stringify(value ?? null).length <= 65_536, "At most 64 KiB of JSON");

const completionInput = z
  .strictObject({
    sandboxId: idSchema,
    taskId: idSchema,
    success: z.boolean().default(true),
    result: resultSchema.optional(),
    errorMessage: z.string().max(4096).optional(),
    rateLimitedUntil: sentTimeSchema
      .optional()
      .describe("With success = false: its provider asked to wait so long. The attempt does not count as a failure"),
    retryAfterSeconds: z
      .number()
      .min(0)
      .max(31_536_000)
      .optional()
      .describe("The same as a length of time; at most a day is waited"),
  })
  .refine((said) => !said.success || (said.rateLimitedUntil ?? said.retryAfterSeconds) === undefined, {
    path: ["success"],
    message: "Who was asked to wait has not succeeded: give success = false",
  });

const without = {
  cli: "A session says it, and a session has no command of ours",
  screen: "A session says it, not a person",
} as const;

/** What a sandbox says about its own session, with its own token. */
export const sandboxContract = {
  taskComplete: operation({
    policy: "sandbox",
    without,
    effect: "write",
    method: "POST",
    path: "/sandboxes/{sandboxId}/task-complete",
    summary: "Report the result of the session; the same report again gets the same answer",
    input: completionInput,
    output: z.object({
      status: z.literal("accepted"),
      taskId: idSchema,
      newStatus: z.enum(taskStatuses),
      unblockedTasks: z.array(idSchema),
    }),
  }),
  heartbeat: operation({
    policy: "sandbox",
    without,
    effect: "write",
    method: "POST",
    path: "/sandboxes/{sandboxId}/heartbeat",
    summary: "Say that the sandbox is alive",
    input: z.strictObject({ sandboxId: idSchema }),
    output: z.object({ leaseUntil: z.string() }),
  }),
  log: operation({
    policy: "sandbox",
    without,
    effect: "write",
    method: "POST",
    path: "/sandboxes/{sandboxId}/log",
    summary: "Append to the session's output",
    input: z.strictObject({ sandboxId: idSchema, text: z.string().min(1).max(65_536) }),
    output: z.object({ nextOffset: z.number().int() }),
  }),
};

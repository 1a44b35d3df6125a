import { z } from "zod";
import { idSchema, operation, timeSchema } from "@/lib/operation.ts";

const amount = z.number().nullable().describe("null: not known, so not limited");
const usageSchema = z
  .record(z.string(), z.unknown())
  .describe("The last sample: cpuMs, cpus, memoryBytes, processes, sampledAt");

const runningSessionSchema = z.object({
  id: idSchema,
  taskId: idSchema,
  taskKey: z.string(),
  taskTitle: z.string(),
  projectId: idSchema,
  status: z.string().describe("An ended session is here until its processes are proven gone"),
  startedAt: timeSchema,
  pid: z.number().int().nullable(),
  cpus: amount,
  memoryBytes: amount,
  diskBytes: amount,
  usage: usageSchema,
  activeAt: timeSchema,
  means: z.record(z.string(), z.string()),
});

const orchestratorSchema = z.object({
  id: idSchema,
  hostId: idSchema,
  startedAt: timeSchema,
  pausedReason: z.string().nullable().describe("Why it claims nothing: STOPPING, INVARIANT, DISK"),
  slots: z.object({ used: z.number().int(), limit: z.number().int() }),
  cpus: z.object({ allocated: z.number(), used: z.number(), limit: amount }),
  memoryBytes: z.object({ allocated: z.number(), used: z.number(), limit: amount }),
  diskBytes: z.object({ allocated: z.number(), free: amount }),
  sessions: z.array(runningSessionSchema),
});
export type OrchestratorUsage = z.infer<typeof orchestratorSchema>;

export const resourceContract = {
  usage: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/resources",
    summary: "Slots, CPU, memory and disk of each live orchestrator: given out, used, and by which sessions",
    input: z.strictObject({}),
    output: z.object({ orchestrators: z.array(orchestratorSchema), readAt: timeSchema }),
  }),
};

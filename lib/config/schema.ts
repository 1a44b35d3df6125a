import { z } from "zod";

/** Limits and policies of the instance, with their units and defaults. */
export const configSchema = z.strictObject({
  /** Slots of one orchestrator; null: its TASK_MAX_CONCURRENT. */
  maxConcurrent: z.number().int().min(1).max(256).nullable().default(null),
  maxQueueSize: z.number().int().min(1).max(1_000_000).default(10_000),
  /** One step of priority is worth this much waiting. */
  priorityAgeingSeconds: z.number().min(0).max(86_400).default(300),
  retryBaseMs: z.number().int().min(0).max(3_600_000).default(10_000),
  retryCapMs: z.number().int().min(0).max(86_400_000).default(300_000),
});
export type Config = z.infer<typeof configSchema>;

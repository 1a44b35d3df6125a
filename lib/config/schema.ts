import { z } from "zod";

const fields = {
  maxConcurrent: z.number().int().min(1).max(256).nullable(),
  maxQueueSize: z.number().int().min(1).max(1_000_000),
  priorityAgeingSeconds: z.number().min(0).max(86_400),
  retryBaseMs: z.number().int().min(0).max(3_600_000),
  retryCapMs: z.number().int().min(0).max(86_400_000),
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
});
/** A change of some of them: what is left out stays as it is, so nothing here has a default. */
export const configChangesSchema = z.strictObject(fields).partial();
export type Config = z.infer<typeof configSchema>;

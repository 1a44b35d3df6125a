import { z } from "zod";
import { idSchema, timeSchema } from "@/lib/operation.ts";

export const disputeReasons = ["BOTH_CHANGED", "NEEDS_APPROVAL", "REFUSED"] as const;

/** What can be disputed; lists are merged element by element. */
export const disputedFields = ["title", "type", "instruction", "description", "priority", "area", "assignee"] as const;

/** A field about which a card and its file say different things. The card's holds until a person chose. */
export const disputeSchema = z.object({
  field: z.string(),
  file: z.unknown(),
  card: z.unknown(),
  reason: z.enum(disputeReasons),
});
export type Dispute = z.infer<typeof disputeSchema>;
export const shownDisputeSchema = disputeSchema.extend({
  id: z.string().describe("Another one when either side changes"),
});
export type ShownDispute = z.infer<typeof shownDisputeSchema>;

/** The task file of a card, as far as people need to know. */
export const taskFileSchema = z.object({
  taskId: idSchema,
  key: z.string(),
  /** Relative to the working tree. */
  path: z.string(),
  conflicts: z.array(shownDisputeSchema),
  /** What the file says that could not be taken, in words. */
  remarks: z.array(z.string()),
  /** Since when the file is not there any more; the card is as it was. */
  goneAt: timeSchema.nullable(),
  updatedAt: timeSchema,
});
export type TaskFile = z.infer<typeof taskFileSchema>;

/** All of a project's task files. */
export const taskFilesSchema = z.object({
  isOn: z.boolean(),
  /** When an orchestrator last looked; null: none has. */
  lookedAt: timeSchema.nullable(),
  /** What is wrong with the directory, or with files that have no card. */
  remarks: z.array(z.string()),
  /** Files with something that a person should look at. */
  items: z.array(taskFileSchema),
});

import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { idSchema, timeSchema } from "@/lib/operation.ts";

/** What an agent asks before it does it. Open: not answered, and its session lives. */
export const questionSchema = z.object({
  id: idSchema,
  sessionId: idSchema,
  taskId: idSchema,
  taskKey: z.string(),
  taskTitle: z.string(),
  projectId: idSchema,
  attempt: z.number().int(),
  tool: z.string(),
  input: z.string(),
  askedAt: timeSchema,
  /** Then policy answers. */
  expiresAt: timeSchema,
  isOpen: z.boolean(),
  decision: z.enum(["allow", "deny"]).nullable(),
  message: z.string().nullable(),
  answeredBy: actorSchema.nullable(),
  answeredAt: timeSchema.nullable(),
});
export type Question = z.infer<typeof questionSchema>;

import type { z } from "zod";
import { eventPayloads } from "@/lib/events.ts";
import { idSchema } from "@/lib/operation.ts";

/** What the monitor noticed and by which strategy it reacted, as its event says it; and the task it made for a person. */
export const reactionSchema = eventPayloads.MONITOR_REACTED.extend({ escalationTaskId: idSchema.optional() });
export type Reaction = z.infer<typeof reactionSchema>;

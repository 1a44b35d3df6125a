import { z } from "zod";
import { reactionSchema } from "@/lib/monitor/schema.ts";
import { operation, projectRefSchema, timeSchema } from "@/lib/operation.ts";

export const monitorContract = {
  check: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: "/projects/{projectId}/monitor/check",
    summary: "Look now for what waits or is silent too long, and react as the project's strategy says",
    input: z.strictObject({ projectId: projectRefSchema }),
    output: z.object({
      checkedAt: timeSchema,
      reactions: z.array(reactionSchema).describe("At most 200, the longest first; the rest at the next check"),
    }),
  }),
};

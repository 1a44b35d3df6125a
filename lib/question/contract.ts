import { z } from "zod";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  operation,
  projectRefSchema,
  taskRefSchema,
} from "@/lib/operation.ts";
import { questionSchema } from "@/lib/question/schema.ts";

export const questionContract = {
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/questions",
    summary: "List what agents ask, newest first",
    input: z.strictObject({
      projectId: projectRefSchema.optional(),
      taskId: taskRefSchema.optional(),
      sessionId: idSchema.optional(),
      status: z.enum(["open", "all"]).default("open"),
      limit: limitQuery,
      cursor: cursorQuery,
    }),
    output: listOf(questionSchema),
  }),
  answer: operation({
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION"],
    method: "POST",
    path: "/questions/{questionId}/answer",
    summary: "Answer what an agent asks: allow it, or deny it with a reason",
    input: z.strictObject({
      questionId: idSchema,
      decision: z.enum(["allow", "deny"]),
      message: z.string().trim().max(4096).optional().describe("Told to the agent with a denial"),
    }),
    output: questionSchema,
  }),
};

import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { cursorQuery, idSchema, limitQuery, listOf, operation, projectRefSchema, timeSchema } from "@/lib/operation.ts";

export const chatMessageSchema = z.object({
  id: idSchema,
  projectId: idSchema,
  kind: z.enum(["message", "reply"]),
  author: actorSchema,
  text: z.string(),
  replyToId: idSchema.nullable(),
  /** Shown as live cards. */
  taskIds: z.array(idSchema),
  createdAt: timeSchema,
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

export const chatContract = {
  post: operation({
    policy: "member",
    effect: "write",
    errors: ["PROMPT_REFUSED"],
    method: "POST",
    path: "/projects/{projectId}/chat/messages",
    status: 201,
    summary: "Say something; a line that begins with / is a command",
    input: z.strictObject({ projectId: projectRefSchema, text: z.string().trim().min(1).max(16_384) }),
    output: z.object({ message: chatMessageSchema, reply: chatMessageSchema.nullable() }),
  }),
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/chat/messages",
    summary: "The project's thread, newest first",
    input: z.strictObject({ projectId: projectRefSchema, limit: limitQuery, cursor: cursorQuery }),
    output: listOf(chatMessageSchema),
  }),
};

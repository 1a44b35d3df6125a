import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { cursorQuery, idSchema, limitQuery, listOf, operation, projectRefSchema, timeSchema } from "@/lib/operation.ts";

/** What `/task` and `/draft` without a title ask for, in this order; only what nobody has said yet. */
export const askedSteps = ["title", "type", "command", "priority", "after"] as const;

const choiceSchema = z.object({ answer: z.string().describe("What to post to choose it"), label: z.string() });
export type Choice = z.infer<typeof choiceSchema>;

/** A question in the thread. It waits until the one it asks has written anything: a plain line is the answer, a command ends it. */
export const askingSchema = z.object({
  step: z.enum(askedSteps),
  of: actorSchema.describe("Whose next plain line is the answer"),
  choices: z.array(choiceSchema).describe("What may be meant; words of one's own do as well"),
  usual: z.string().nullable().describe('The answer that "default" stands for; null: there is none'),
  moves: z.array(z.enum(["back", "create now", "stop"])).describe("What may be posted instead of an answer"),
});
export type Asking = z.infer<typeof askingSchema>;

export const chatMessageSchema = z.object({
  id: idSchema,
  projectId: idSchema,
  kind: z.enum(["message", "reply"]),
  author: actorSchema,
  text: z.string(),
  replyToId: idSchema.nullable(),
  /** Shown as live cards. */
  taskIds: z.array(idSchema),
  /** null: it asks nothing. */
  asking: askingSchema.nullable(),
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

import type { Asking, ChatMessage } from "@/lib/chat/contract.ts";

export interface OpenQuestion {
  /** The reply that asks it. */
  messageId: string;
  asking: Asking;
}

/** What waits for this person's next line: the question that the last thing they said was answered with, whatever others said since. */
export function openQuestion(messages: readonly ChatMessage[]): OpenQuestion | null {
  const last = messages.findLast(({ kind, author }) => kind === "message" && author.type === "person");
  const reply = last && messages.findLast(({ replyToId }) => replyToId === last.id);
  return reply?.asking ? { messageId: reply.id, asking: reply.asking } : null;
}

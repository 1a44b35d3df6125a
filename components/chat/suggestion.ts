import type { ChatMessage } from "@/lib/chat/contract.ts";

/** The command that the newest message offers to run. */
export function offerIn(messages: readonly ChatMessage[]): string | null {
  const last = messages.at(-1);
  if (last === undefined) return null;
  return suggestionOf(
    last,
    messages.find(({ id }) => id === last.replyToId),
  );
}

/**
 * The command a reply offers to run: what a plain request would be, or what was typed with the nearest known command.
 * Null when the reply offers nothing.
 */
export function suggestionOf(reply: ChatMessage, question: ChatMessage | undefined): string | null {
  if (reply.kind !== "reply") return null;
  const whole = /^Did you mean `(\/[\s\S]+)`\?$/.exec(reply.text)?.[1];
  if (whole !== undefined) return whole;
  const nearest = /^There is no command \/\S*\. Did you mean `(\/[a-z]+)`\?/.exec(reply.text)?.[1];
  if (nearest === undefined) return null;
  const rest = question?.text.trim().replace(/^\/\S*\s*/, "") ?? "";
  return rest === "" ? nearest : `${nearest} ${rest}`;
}

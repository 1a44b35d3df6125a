import type { ChatMessage } from "@/lib/chat/contract.ts";

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

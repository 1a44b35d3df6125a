import { useEffect, useRef } from "react";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import { announce } from "@/lib/client/announce.ts";

/** Reads a reply out once it is whole; what was there when the dock opened is not read. */
export function useAnnounceReplies(messages: readonly ChatMessage[], isLoading: boolean): void {
  const heard = useRef<string | null>(null);
  useEffect(() => {
    if (isLoading) return;
    const after = heard.current;
    heard.current = messages.at(-1)?.id ?? "";
    if (after === null) return;
    const replies = messages.filter(({ id, kind }) => kind === "reply" && id > after);
    if (replies.length > 0) announce(replies.map(spoken).join(" "));
  }, [messages, isLoading]);
}

/** Without the marks of Markdown, and with what may be chosen. */
function spoken({ author, text, asking }: ChatMessage): string {
  const words = `${author.name}: ${text.replace(/[`*_#>]/g, "")}`;
  const labels = asking?.choices.map(({ label }) => label) ?? [];
  return labels.length === 0 ? words : `${words} ${labels.join(", ")}.`;
}

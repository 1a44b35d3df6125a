import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mergeMessages } from "@/components/chat/merge-messages.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { chatQuery } from "@/lib/client/queries.ts";

const pageSize = 100;

/** The project's messages, oldest first: the newest page, kept fresh by live events, and the older ones asked for. */
export function useThread(projectId: string) {
  const { data: latest, error, isPending, refetch } = useQuery(chatQuery(projectId));
  const [known, setKnown] = useState<readonly ChatMessage[]>([]);
  const [older, setOlder] = useState<"unknown" | "loading" | "failed" | "none">("unknown");

  // What has left the newest page meanwhile is kept, so that no gap opens between it and the older ones.
  const messages = mergeMessages(known, latest ?? []);
  if (messages !== known) setKnown(messages);

  const loadOlder = async () => {
    const oldest = messages[0];
    if (!oldest || older === "loading" || older === "none") return;
    setOlder("loading");
    try {
      const page = await api.chat.list({ projectId, limit: pageSize, cursor: oldest.id });
      setKnown((now) => mergeMessages(now, page.items));
      setOlder(page.nextCursor === null ? "none" : "unknown");
    } catch {
      setOlder("failed");
    }
  };

  const hasOlder = older !== "none" && messages.length >= pageSize;
  return {
    messages,
    isLoading: isPending,
    problem: error && messages.length === 0 ? problemOf(error) : null,
    retry: () => void refetch(),
    older: hasOlder ? older : "none",
    loadOlder,
  };
}

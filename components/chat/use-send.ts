import { useMutation, useMutationState, useQueryClient } from "@tanstack/react-query";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";

interface Sent {
  text: string;
  /** The newest message when it was sent: what answers to it comes later. */
  afterId: string;
}

/** Sends lines one after the other. `onFailure` gets the text back with the reason. */
export function useSend(projectId: string, onFailure: (text: string, reason: string) => void) {
  const client = useQueryClient();
  const mutationKey = ["chat.post", projectId];
  const { mutate } = useMutation({
    mutationKey,
    scope: { id: mutationKey.join(" ") },
    mutationFn: ({ text }: Sent) => api.chat.post({ projectId, text }),
    onSuccess: ({ message, reply }) => {
      client.setQueryData<ChatMessage[]>(keys.chat(projectId), (known) => {
        const fresh = [reply, message].filter((one) => one !== null && !known?.some(({ id }) => id === one.id));
        return [...(fresh as ChatMessage[]), ...(known ?? [])];
      });
    },
    onError: (thrown, { text }) => onFailure(text, problemOf(thrown).message),
  });
  const pending = useMutationState({
    filters: { mutationKey, status: "pending" },
    select: (mutation) => mutation.state.variables as Sent,
  });
  return { send: (sent: Sent) => mutate(sent), pending };
}

/** The ones still to be shown as under way: an event may bring a message before its own answer does. */
export function stillPending(pending: readonly Sent[], messages: readonly ChatMessage[]): string[] {
  return pending
    .filter(
      ({ text, afterId }) =>
        !messages.some(({ id, kind, text: said }) => id > afterId && kind === "message" && said === text),
    )
    .map(({ text }) => text);
}

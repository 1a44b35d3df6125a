import type { ChatMessage } from "@/lib/chat/contract.ts";

/** Both lists as one, oldest first, each message once. Ids are in order of time. The same array when nothing is new. */
export function mergeMessages(known: readonly ChatMessage[], read: readonly ChatMessage[]): readonly ChatMessage[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = read.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return known;
  return [...known, ...fresh].sort((a, b) => (a.id < b.id ? -1 : 1));
}

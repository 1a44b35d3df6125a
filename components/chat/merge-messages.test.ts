import { expect, test } from "vitest";
import { mergeMessages } from "@/components/chat/merge-messages.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";

const said = (id: string): ChatMessage => ({
  id,
  projectId: "p",
  kind: "message",
  author: { type: "person", id: "owner", name: "Owner" },
  text: id,
  replyToId: null,
  taskIds: [],
  asking: null,
  createdAt: "2026-01-01T00:00:00.000Z",
});
const ids = (messages: readonly ChatMessage[]) => messages.map(({ id }) => id);

test("newest first from the server becomes oldest first, each message once", () => {
  const known = mergeMessages([], [said("c"), said("b")]);
  expect(ids(known)).toEqual(["b", "c"]);
  expect(ids(mergeMessages(known, [said("d"), said("c")]))).toEqual(["b", "c", "d"]);
  expect(ids(mergeMessages(known, [said("a")]))).toEqual(["a", "b", "c"]);
});

test("what has left the newest page stays", () => {
  const known = mergeMessages([], [said("a")]);
  expect(ids(mergeMessages(known, [said("z")]))).toEqual(["a", "z"]);
});

test("nothing new gives the same array", () => {
  const known = mergeMessages([], [said("a")]);
  expect(mergeMessages(known, [said("a")])).toBe(known);
});

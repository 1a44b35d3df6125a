import { expect, test } from "vitest";
import { suggestionOf } from "@/components/chat/suggestion.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";

const said = (text: string, kind: ChatMessage["kind"] = "reply"): ChatMessage => ({
  id: text,
  projectId: "p",
  kind,
  author: { type: "system", id: "orchestrator", name: "Runboard" },
  text,
  replyToId: null,
  taskIds: [],
  asking: null,
  createdAt: "2026-01-01T00:00:00.000Z",
});

test("a plain request offers the command it would be, with the backticks of its title", () => {
  expect(suggestionOf(said("Did you mean `/task Run `npm test``?"), undefined)).toBe("/task Run `npm test`");
});

test("an unknown command offers the nearest with what followed it", () => {
  const reply = said("There is no command /statsu. Did you mean `/status`? `/help` lists them all.");
  expect(suggestionOf(reply, said("/statsu DEMO-4", "message"))).toBe("/status DEMO-4");
  expect(suggestionOf(reply, said("/statsu", "message"))).toBe("/status");
});

test("other replies, and people who quote one, offer nothing", () => {
  expect(suggestionOf(said("DEMO-4 is starting."), undefined)).toBeNull();
  expect(suggestionOf(said("Did you mean `/task x`?", "message"), undefined)).toBeNull();
});

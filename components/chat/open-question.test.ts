import { expect, test } from "vitest";
import { openQuestion } from "@/components/chat/open-question.ts";
import type { Asking, ChatMessage } from "@/lib/chat/contract.ts";

const owner = { type: "person" as const, id: "owner", name: "Owner" };
const program = { type: "token" as const, id: "p", name: "A program" };
const system = { type: "system" as const, id: "orchestrator", name: "Runboard" };
const asking: Asking = { step: "title", of: owner, choices: [], usual: null, moves: ["stop"] };

const said = (id: string, author: ChatMessage["author"] = owner): ChatMessage => ({
  ...{ id, projectId: "p", kind: "message", author, text: id, replyToId: null, taskIds: [], asking: null },
  createdAt: "2026-01-01T00:00:00.000Z",
});
const reply = (id: string, replyToId: string, asks: Asking | null): ChatMessage => ({
  ...said(id, system),
  ...{ kind: "reply", replyToId, asking: asks },
});

test("a question is open until its person has written something else, whatever others say meanwhile", () => {
  const asked = [said("/task"), reply("what", "/task", asking)];
  expect(openQuestion(asked)).toEqual({ messageId: "what", asking });
  const meanwhile = [...asked, said("hello", program), said("/draft", program), reply("theirs", "/draft", asking)];
  expect(openQuestion(meanwhile)?.messageId).toBe("what");
  expect(openQuestion([...meanwhile, said("/status"), reply("status", "/status", null)])).toBeNull();
  expect(openQuestion([...meanwhile, said("an answer")])).toBeNull();
});

test("where nothing was said nothing is asked", () => {
  expect(openQuestion([])).toBeNull();
  expect(openQuestion([reply("what", "gone", asking)])).toBeNull();
});

import { expect, test } from "vitest";
import type { AgentEvent } from "@/lib/agent/events.ts";
import { liveLineOf } from "@/lib/agent/live-line.ts";

const at = "2026-01-01T00:00:00Z";

test.each<[string, AgentEvent, string | null]>([
  ["what it says, on one line", { kind: "text", at, role: "assistant", text: "First\nI  look." }, "First I look."],
  ["that it thinks, not what", { kind: "text", at, role: "thinking", text: "secret plans" }, "Thinking…"],
  [
    "what its tool does",
    { kind: "toolStarted", at, toolId: "1", tool: "Bash", title: "Bash npm test", input: "{}" },
    "Bash npm test",
  ],
  ["its tool alone", { kind: "toolStarted", at, toolId: "1", tool: "Read", title: "", input: "{}" }, "Read"],
  [
    "nothing new when a tool ends well",
    { kind: "toolEnded", at, toolId: "1", isError: false, output: "x", changes: [] },
    null,
  ],
  ["what it asks", { kind: "asked", at, askedAs: "q", tool: "Bash", input: "rm" }, "Asks: may it use Bash?"],
  ["nothing of control characters", { kind: "text", at, role: "assistant", text: "\u001b[31mred\u0007" }, "[31mred"],
  ["nothing of an empty text", { kind: "text", at, role: "assistant", text: " \n" }, null],
])("the live line says %s", (_, event, line) => expect(liveLineOf(event)).toBe(line));

test("a long line is cut and says so", () => {
  const line = liveLineOf({ kind: "text", at, role: "assistant", text: "x".repeat(500) });
  expect(line).toHaveLength(200);
  expect(line?.endsWith("…")).toBe(true);
});

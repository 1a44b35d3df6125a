import { expect, it } from "vitest";
import { openTerminal } from "./terminal.ts";
import { createTranscript } from "./transcript-text.ts";

const at = "2026-01-01T12:00:00.000Z";
const terminal = { ...openTerminal({ noColor: true }), hasColor: false };
const shown = (...events: (object | string)[]): string[] => {
  const lines = events
    .map((event) => `${typeof event === "string" ? event : JSON.stringify({ at, ...event })}\n`)
    .join("");
  const feed = createTranscript(terminal);
  const cut = Math.floor(lines.length / 2);
  const text = feed(lines.slice(0, cut)) + feed(lines.slice(cut));
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/^\d\d:\d\d:\d\d /, ""));
};

it("reads as what was said and done, and leaves out what nobody misses", () => {
  expect(
    shown(
      { kind: "started", agent: "claude-code", version: "2.0", model: null },
      { kind: "prompted", promptId: null, text: "Fix it" },
      { kind: "text", role: "assistant", text: "I look at it." },
      { kind: "toolStarted", toolId: "1", tool: "Edit", title: "Edit src/a.ts", input: "{}" },
      { kind: "toolEnded", toolId: "1", isError: false, output: "", changes: [] },
      { kind: "spent", inputTokens: 1 },
      { kind: "ended", reason: "DONE", message: "Done.", result: null },
    ),
  ).toEqual(["claude-code 2.0", "> Fix it", "I look at it.", "* Edit src/a.ts", "DONE: Done."]);
});

it("keeps stray words, and lets nothing through that a terminal would obey", () => {
  expect(
    shown("stray \u001b[2Jwords", { kind: "text", role: "assistant", text: "a\u001b]0;t\u0007b" }, "{broken"),
  ).toEqual(["stray words", "ab", "{broken"]);
});

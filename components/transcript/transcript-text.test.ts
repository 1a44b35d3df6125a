import { expect, test } from "vitest";
import type { TranscriptItem } from "@/components/transcript/transcript-item.ts";
import { transcriptText } from "@/components/transcript/transcript-text.ts";

const at = "2026-01-01T00:00:00.000Z";
const tool: TranscriptItem = {
  ...{ kind: "tool", tool: "Bash", title: "Run make", input: "make", startedAt: at, endedAt: at, isError: true },
  ...{
    output: "\u001b[31mno rule\u001b[0m\n```\nfence\n```",
    changes: [{ path: "a.txt", before: null, after: "hello" }],
  },
};

test("a transcript as text says who said what and what tools did, without colour", () => {
  expect(
    transcriptText([
      { kind: "prompted", at, promptId: "1", text: "first\nsecond" },
      { kind: "text", at, role: "assistant", text: "I will." },
      tool,
      { kind: "ended", at, reason: "DONE", message: "Done.", result: "All is well." },
    ]),
  ).toBe(
    [
      `**A person said**, ${at}\n\n> first\n> second\n`,
      "I will.\n",
      "**Run make**, failed\n\n```\nmake\n```\n\n`a.txt`\n\n```\nhello\n```\n\n````\nno rule\n```\nfence\n```\n````\n",
      "**Ended: DONE.** Done.\n\nAll is well.\n",
    ].join("\n"),
  );
});

test("what is not there leaves no empty frame", () => {
  expect(transcriptText([{ ...tool, input: "", output: "", changes: [], endedAt: null }])).toBe(
    "**Run make**, not ended\n",
  );
});

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { createSearch } from "@/components/log/row-search.ts";
import { createTranscript, type Transcript } from "@/components/transcript/transcript.ts";
import type { TranscriptItem } from "@/components/transcript/transcript-item.ts";
import type { AgentEvent } from "@/lib/agent/events.ts";

const at = "2026-11-28T09:00:00.000Z";
const later = "2026-11-28T09:00:07.000Z";
const lineOf = (event: AgentEvent) => `${JSON.stringify(event)}\n`;
const text = (words: string): AgentEvent => ({ kind: "text", at, role: "assistant", text: words });
const started = (toolId: string, title = "Run it"): AgentEvent => ({
  kind: "toolStarted",
  ...{ at, toolId, tool: "Bash", title, input: `{"command":"${toolId}"}` },
});
const ended = (toolId: string, isError = false): AgentEvent => ({
  kind: "toolEnded",
  ...{ at: later, toolId, isError, output: `out of ${toolId}`, changes: [] },
});

function transcriptOf(...events: AgentEvent[]): Transcript {
  const transcript = createTranscript();
  for (const event of events) transcript.feed(lineOf(event));
  return transcript;
}

describe("events become rows", () => {
  test("a tool's beginning and end are one row, whatever came between", () => {
    const { items } = transcriptOf(started("a"), started("b"), text("meanwhile"), ended("a"), ended("b", true));
    expect(items).toMatchObject([
      { kind: "tool", startedAt: at, endedAt: later, isError: false, output: "out of a" },
      { kind: "tool", startedAt: at, endedAt: later, isError: true, output: "out of b" },
      { kind: "text", text: "meanwhile" },
    ]);
  });

  test("an end without its beginning is shown, and a beginning without an end stays open", () => {
    const { items } = transcriptOf(ended("lost"), started("open"));
    expect(items).toMatchObject([
      { kind: "tool", startedAt: null, endedAt: later },
      { kind: "tool", startedAt: at, endedAt: null },
    ]);
  });

  test("a question carries its answer", () => {
    const asked: AgentEvent = { kind: "asked", at, askedAs: "q", tool: "Bash", input: "rm -r build" };
    const transcript = transcriptOf(asked);
    expect(transcript.items[0]).toMatchObject({ kind: "question", answer: null });
    transcript.feed(lineOf({ kind: "answered", at: later, askedAs: "q", decision: "deny", by: "policy" }));
    expect(transcript.items).toHaveLength(1);
    expect(transcript.items[0]).toMatchObject({ answer: { decision: "deny", by: "policy", at: later } });
  });

  test("what was spent is no row; the last told counts", () => {
    const tokens = { inputTokens: 5, outputTokens: 1, cacheReadTokens: null, cacheWriteTokens: null };
    const transcript = transcriptOf(
      { kind: "spent", at, ...tokens, costUsd: 0.1 },
      { kind: "spent", at, ...tokens, costUsd: 0.4 },
    );
    expect(transcript.items).toEqual([]);
    expect(transcript.spent()).toMatchObject({ costUsd: 0.4, inputTokens: 5 });
  });

  test("a line that is no event is kept as it is", () => {
    const transcript = createTranscript();
    transcript.feed('warning: no cache\n{"kind":"text","at":"x"}\n{"kind":"te\n\n');
    transcript.addNotice("-- 2 lines were dropped --");
    expect(transcript.items).toEqual([
      { kind: "stray", text: "warning: no cache" },
      { kind: "stray", text: '{"kind":"text","at":"x"}' },
      { kind: "stray", text: '{"kind":"te' },
      { kind: "gap", text: "-- 2 lines were dropped --" },
    ]);
  });

  test("output cut anywhere gives the same rows", () => {
    const whole = [started("a"), text("Grüße ✅"), ended("a", true)].map(lineOf).join("");
    const expected = transcriptOf(started("a"), text("Grüße ✅"), ended("a", true)).items;
    for (let cut = 1; cut < whole.length; cut++) {
      const transcript = createTranscript();
      transcript.feed(whole.slice(0, cut));
      transcript.feed(whole.slice(cut));
      expect(transcript.items).toEqual(expected);
    }
  });

  test("rows that went wrong are known by their place, in order, although tools end out of order", () => {
    const transcript = transcriptOf(
      started("a"),
      started("b"),
      { kind: "notice", at, level: "error", text: "lost the connection" },
      { kind: "notice", at, level: "warning", text: "slow" },
      ended("b", true),
      ended("a", true),
      { kind: "ended", at, reason: "DONE", message: "Done.", result: null },
    );
    expect(transcript.errors).toEqual([0, 1, 2]);
    transcript.feed(lineOf({ kind: "ended", at, reason: "OVER_BUDGET", message: "Spent.", result: null }));
    expect(transcript.errors).toEqual([0, 1, 2, 5]);
  });
});

describe("search", () => {
  test("finds rows by any of their texts, whatever the case, and takes the words as they are", () => {
    const transcript = transcriptOf(text("Read A.ts"), started("make", "Build (all)"), ended("make"), text("axts"));
    expect(createSearch(transcript, "a.ts").update()).toEqual([0]);
    expect(createSearch(transcript, "(ALL)").update()).toEqual([1]);
    expect(createSearch(transcript, "out of make").update()).toEqual([1]);
    expect(createSearch(transcript, "nothing").update()).toEqual([]);
  });

  test("follows what comes: new rows, and the output of a tool that was running", () => {
    const transcript = transcriptOf(started("a"), text("x"));
    const search = createSearch(transcript, "out of a");
    expect(search.update()).toEqual([]);
    transcript.feed(lineOf(text("out of all")) + lineOf(ended("a")));
    expect(search.update()).toEqual([0, 2]);
    expect(search.update()).toEqual([0, 2]);
  });
});

describe("200,000 events", () => {
  const count = 200_000;
  const eventAt = (index: number): AgentEvent => {
    const kind = index % 4;
    if (kind === 0) return text(`I look at file ${index} and think about what to change there next.`);
    if (kind === 1) return started(`t${index}`, `Read src/file-${index}.ts`);
    if (kind === 2) return ended(`t${index - 1}`, index % 1000 === 2);
    return { kind: "text", at, role: "thinking", text: `Step ${index} was as expected.` };
  };
  const lines = Array.from({ length: count }, (_, index) => lineOf(eventAt(index)));

  /** Pages of the server's size. */
  const chunksOf = (all: readonly string[]) =>
    Array.from({ length: Math.ceil(all.length / 500) }, (_, page) => all.slice(page * 500, page * 500 + 500).join(""));
  const build = (chunks: readonly string[]) => {
    const transcript = createTranscript();
    for (const chunk of chunks) transcript.feed(chunk);
    return transcript;
  };
  const msOf = (work: () => unknown) => {
    const from = performance.now();
    work();
    return performance.now() - from;
  };
  /** The best of two: what others do on the machine only ever adds. */
  const bestMsOf = (work: () => unknown) => Math.min(...[0, 1].map(() => msOf(work)));

  test("cost ten times what 20,000 do, give or take, and search looks at each once", { timeout: 120_000 }, () => {
    const [few, all] = [chunksOf(lines.slice(0, count / 10)), chunksOf(lines)];
    build(few);
    const ratio = bestMsOf(() => build(all)) / bestMsOf(() => build(few));
    expect(ratio).toBeLessThan(25);
    const transcript = build(all);
    expect(transcript.items).toHaveLength((count / 4) * 3);
    expect(transcript.errors).toHaveLength(count / 1000);
    const search = createSearch(transcript, "file-199");
    const first = msOf(() => search.update());
    transcript.feed(lineOf(text("one more")));
    expect(msOf(() => search.update())).toBeLessThan(first / 2);
  });

  test("take no more than three times the memory of their text", { timeout: 120_000 }, () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const chunks = chunksOf(lines);
    const textBytes = chunks.reduce((sum, { length }) => sum + length, 0);
    const before = heap();
    const kept: readonly TranscriptItem[] = build(chunks).items;
    const used = heap() - before;
    expect(kept.length).toBeGreaterThan(0);
    expect(used / textBytes).toBeLessThan(3);
  });
});

import { expect, test } from "vitest";
import { type AgentEvent, agentEventSchema } from "@/lib/agent/events.ts";
import { cutEvent, eventMaxBytes } from "./cut-event.ts";

const at = "2026-01-01T00:00:00.000Z";
const bytes = (event: AgentEvent) => Buffer.byteLength(`${JSON.stringify(event)}\n`);
const ended = (output: string, changes: { path: string; before: string | null; after: string }[] = []) =>
  ({ kind: "toolEnded", at, toolId: "t", isError: false, output, changes }) as const satisfies AgentEvent;

test("an event that fits stays as it is", () => {
  const event = ended("short", [{ path: "a", before: null, after: "x" }]);
  expect(cutEvent(event)).toEqual(event);
});

test.each([
  ["letters", "x".repeat(1_000_000)],
  ["characters of four bytes", "😀".repeat(200_000)],
  ["characters that JSON escapes", "\u0001".repeat(200_000)],
])("a text of many %s is cut in its middle and says so, and the line fits", (_, text) => {
  const cut = cutEvent(ended(`begin ${text} end`));
  expect(bytes(cut)).toBeLessThanOrEqual(eventMaxBytes);
  expect(cut.output).toMatch(/^begin .* … [\d.]+ [KM]iB left out … .* end$/s);
  expect(agentEventSchema.parse(JSON.parse(JSON.stringify(cut)))).toEqual(cut);
});

test("short texts stay whole beside a long one", () => {
  const cut = cutEvent(ended("x".repeat(100_000), [{ path: "src/a.ts", before: "one", after: "two" }]));
  expect(cut.changes).toEqual([{ path: "src/a.ts", before: "one", after: "two" }]);
});

test("a list that is too long for any text is left out and counted", () => {
  const changes = Array.from({ length: 5_000 }, (_, n) => ({ path: `src/file-${n}.ts`, before: null, after: "x" }));
  const cut = cutEvent(ended("done", changes));
  expect(bytes(cut)).toBeLessThanOrEqual(eventMaxBytes);
  expect([cut.changes, cut.output]).toEqual([[], "… 5000 changed files are left out …\ndone"]);
});

test("what no database takes is replaced", () => {
  expect(cutEvent(ended("a\0b\ud800c")).output).toBe("a\uFFFDb\uFFFDc");
});

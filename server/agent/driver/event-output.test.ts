import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { agentEventSchema } from "@/lib/agent/events.ts";
import { createEventOutput } from "./event-output.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "runboard-event-output-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const notice = (text: string) => ({ kind: "notice", level: "info", text }) as const;

test("each event is a line with its time", () => {
  const file = join(directory, "output.log");
  const descriptor = openSync(file, "a");
  const emit = createEventOutput(descriptor);
  emit(notice("one\ntwo"));
  emit(notice("three"));
  closeSync(descriptor);
  const events = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => agentEventSchema.parse(JSON.parse(line)));
  expect(events).toMatchObject([{ text: "one\ntwo" }, { text: "three" }]);
  expect(Date.parse(events[0]!.at)).toBeGreaterThan(Date.now() - 60_000);
});

test("on a full disk the agent goes on, and what was lost is told when there is room again", () => {
  // The descriptor is what changes: /dev/full first, then a file, as when somebody has made room.
  const file = join(directory, "output.log");
  const descriptor = openSync("/dev/full", "w");
  const emit = createEventOutput(descriptor);
  emit(notice("lost"));
  emit(notice("lost, too"));
  closeSync(descriptor);
  expect(openSync(file, "a")).toBe(descriptor);
  emit(notice("kept"));
  closeSync(descriptor);
  const texts = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).text);
  expect(texts).toEqual(["2 events before this one could not be written.", "kept"]);
});

test("where nobody reads any more nothing is thrown", () => {
  const emit = createEventOutput(1_000_000);
  expect(() => emit(notice("to nobody"))).not.toThrow();
});

import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { EventReader } from "./event-reader.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-event-reader-"));
const path = join(root, "output.log");
let reader: EventReader;
beforeEach(() => {
  rmSync(path, { force: true });
  reader = new EventReader(path);
});
afterEach(() => reader.close());
afterAll(() => rmSync(root, { recursive: true, force: true }));

const line = (text: string) =>
  `${JSON.stringify({ kind: "text", at: "2026-01-01T00:00:00Z", role: "assistant", text })}\n`;
const texts = async () => (await reader.read()).events.map((event) => (event as { text: string }).text);

test("waits for the file, reads each event once, and a line only when it is whole", async () => {
  expect(await texts()).toEqual([]);
  writeFileSync(path, line("one") + line("twö").slice(0, 60));
  expect(await texts()).toEqual(["one"]);
  expect(await texts()).toEqual([]);
  appendFileSync(path, line("twö").slice(60));
  expect(await texts()).toEqual(["twö"]);
});

test("a character that is split between two reads stays whole", async () => {
  const bytes = Buffer.from(line("ü"));
  const half = bytes.indexOf(0xc3) + 1;
  writeFileSync(path, bytes.subarray(0, half));
  expect(await texts()).toEqual([]);
  appendFileSync(path, bytes.subarray(half));
  expect(await texts()).toEqual(["ü"]);
});

test("passes over what is no event", async () => {
  writeFileSync(path, `a stray word\n{"kind":"unknown"}\n{"kind":"text"\n\n${line("one")}`);
  expect(await texts()).toEqual(["one"]);
});

test("reads a long output in pieces and says when there is more", async () => {
  const count = 3_000;
  writeFileSync(path, Array.from({ length: count }, (_, n) => line(`${n} ${"x".repeat(300)}`)).join(""));
  const found: string[] = [];
  for (let isBehind = true; isBehind; ) {
    const next = await reader.read();
    isBehind = next.isBehind;
    found.push(...next.events.map((event) => (event as { text: string }).text.split(" ")[0]!));
  }
  expect(found).toEqual(Array.from({ length: count }, (_, n) => String(n)));
});

test("goes on at the beginning of a file that was emptied", async () => {
  writeFileSync(path, line("one") + line("two"));
  expect(await texts()).toEqual(["one", "two"]);
  truncateSync(path, 0);
  appendFileSync(path, line("three"));
  expect(await texts()).toEqual(["three"]);
});

import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { InboxMessage } from "@/lib/agent/events.ts";
import { appendToInbox, readInboxNames } from "./inbox-file.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-inbox-"));
const path = join(root, "inbox.jsonl");
beforeEach(() => rmSync(path, { force: true }));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const prompt = (promptId: string): InboxMessage => ({ kind: "prompt", promptId, text: "two\nlines" });
const answer: InboxMessage = { kind: "answer", askedAs: "q1", decision: "allow", message: null, by: "person" };

test("holds one message a line, readable by its owner alone, and names what it has", async () => {
  await appendToInbox(path, [prompt("1"), answer]);
  await appendToInbox(path, [prompt("2")]);
  expect(
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([...[prompt("1"), answer, prompt("2")]]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(await readInboxNames(path)).toEqual(new Set(["prompt 1", "answer q1", "prompt 2"]));
});

test("a line that was left half written is no message, and spoils none that follows", async () => {
  await appendToInbox(path, [prompt("1")]);
  appendFileSync(path, JSON.stringify(prompt("2")).slice(0, 20));
  expect(await readInboxNames(path)).toEqual(new Set(["prompt 1"]));
  await appendToInbox(path, [prompt("2")]);
  expect(await readInboxNames(path)).toEqual(new Set(["prompt 1", "prompt 2"]));
});

test("an inbox that is not there has nothing; a link in its place is not followed", async () => {
  expect(await readInboxNames(path)).toEqual(new Set());
  const elsewhere = join(root, "elsewhere");
  writeFileSync(elsewhere, "");
  symlinkSync(elsewhere, path);
  await expect(appendToInbox(path, [answer])).rejects.toThrow("ELOOP");
  expect(readFileSync(elsewhere, "utf8")).toBe("");
});

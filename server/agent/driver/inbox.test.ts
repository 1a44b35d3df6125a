import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { InboxMessage } from "@/lib/agent/events.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { followInbox, type Inbox } from "./inbox.ts";

let directory: string;
let path: string;
let inbox: Inbox;
let read: InboxMessage[];
let unreadable: string[];
let done: Promise<void>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "runboard-inbox-"));
  path = join(directory, "inbox.jsonl");
  read = [];
  unreadable = [];
  inbox = followInbox(path, (line) => unreadable.push(line));
});
afterEach(async () => {
  inbox.end();
  await done;
  rmSync(directory, { recursive: true, force: true });
});
const follow = () => {
  done = (async () => {
    for await (const message of inbox.messages) read.push(message);
  })();
};
const prompt = (promptId: string, text = "Ä – 😀") => ({ kind: "prompt", promptId, text }) as const;
const line = (message: object) => `${JSON.stringify(message)}\n`;

test("tells what comes, once each, whether the file was there at first or not", async () => {
  follow();
  const answer = { kind: "answer", askedAs: "q", decision: "deny", message: null, by: "policy" } as const;
  appendFileSync(path, line(prompt("1")) + line(answer));
  await eventually(() => read.length === 2);
  appendFileSync(path, line(prompt("1")) + line(answer) + line(prompt("2")));
  await eventually(() => read.length === 3);
  expect(read).toEqual([prompt("1"), answer, prompt("2")]);
});

test("a half-written last line waits for its end, even in the middle of a character", async () => {
  follow();
  const bytes = Buffer.from(line(prompt("1")) + line(prompt("2")));
  const cut = bytes.indexOf(Buffer.from("😀"), bytes.indexOf(10)) + 2;
  appendFileSync(path, bytes.subarray(0, cut));
  await eventually(() => read.length === 1);
  appendFileSync(path, bytes.subarray(cut));
  await eventually(() => read.length === 2);
  expect(read).toEqual([prompt("1"), prompt("2")]);
  expect(unreadable).toEqual([]);
});

test("what is no message is told apart, and what follows is read", async () => {
  follow();
  appendFileSync(path, `nonsense\nnull\n[]\n${line({ kind: "prompt", promptId: 1, text: "x" })}\n${line(prompt("1"))}`);
  await eventually(() => read.length === 1);
  expect(unreadable).toHaveLength(4);
});

test("what nobody has read is left over at the end", async () => {
  appendFileSync(path, line(prompt("1")));
  inbox.end();
  appendFileSync(path, line(prompt("2")));
  expect(inbox.rest()).toEqual([prompt("1"), prompt("2")]);
  expect(inbox.rest()).toEqual([]);
  follow();
});

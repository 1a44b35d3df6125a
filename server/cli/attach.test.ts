import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { attach } from "./attach.ts";
import type { Client } from "./request.ts";
import { findSession } from "./session-ref.ts";
import { readSettings } from "./settings.ts";
import { openTerminal } from "./terminal.ts";

const home = mkdtempSync(join(tmpdir(), "runboard-cli-attach-"));
afterAll(() => rmSync(home, { recursive: true }));
const said: string[] = [];
const terminal = { ...openTerminal({}), isInteractive: false, out: (text: string) => void said.push(text) };
const answer = (hostId: string) => ({ sessionId: "s", hostId, socket: "/x", command: "tmux -S /x attach" });

it("a session on another host is not attached to: its command is named", async () => {
  writeFileSync(join(home, "host-id"), "this-host\n", { mode: 0o600 });
  const settings = readSettings({ NODE_ENV: "test", RUNBOARD_HOME: home });
  await expect(attach(answer("other-host"), settings, terminal)).rejects.toMatchObject({
    code: "UNAVAILABLE",
    message: expect.stringContaining("tmux -S /x attach"),
  });
  expect(said).toEqual([]);
  expect(await attach(answer("this-host"), settings, terminal)).toBe(0);
  expect(said).toEqual(["tmux -S /x attach\n"]);
});

it("a command that came from a RUNBOARD_URL elsewhere is named and not run, whatever host it claims to be", async () => {
  const settings = readSettings({ NODE_ENV: "test", RUNBOARD_HOME: home, RUNBOARD_URL: "https://board.example.com" });
  const trace = join(home, "trace");
  const isTTY = Object.getOwnPropertyDescriptor(process.stdin, "isTTY");
  Object.defineProperty(process.stdin, "isTTY", { value: true, configurable: true });
  try {
    const malicious = { ...answer("this-host"), command: `touch ${trace}` };
    await expect(attach(malicious, settings, { ...terminal, isInteractive: true })).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/What https:\/\/board\.example\.com says is not run on this machine.* touch /),
    });
    expect(existsSync(trace)).toBe(false);
  } finally {
    Object.defineProperty(process.stdin, "isTTY", isTTY ?? { value: undefined, configurable: true });
  }
});

it("a session is found by its id, its task, its attempt, or the beginning of its id", async () => {
  const sessions = [
    { id: "01a22222-0000-7000-8000-00000000000c", attempt: 3, taskKey: "A-1" },
    { id: "01a22221-0000-7000-8000-00000000000b", attempt: 2, taskKey: "A-1" },
    { id: "01a11111-0000-7000-8000-00000000000a", attempt: 1, taskKey: "A-1" },
  ];
  const client = { call: async () => ({ items: sessions }) } as unknown as Client;
  const [newest, , oldest] = sessions.map(({ id }) => id);
  expect(await findSession(client, "A-1")).toBe(newest);
  expect(await findSession(client, "a-1/1")).toBe(oldest);
  expect(await findSession(client, "01a1")).toBe(oldest);
  expect(await findSession(client, newest!)).toBe(newest);
  await expect(findSession(client, "01a2")).rejects.toMatchObject({ message: expect.stringContaining("A-1/3") });
  await expect(findSession(client, "A-1/9")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(findSession(client, "01ab")).rejects.toMatchObject({ code: "NOT_FOUND" });
  await expect(findSession(client, "what")).rejects.toMatchObject({ code: "NOT_FOUND" });
});

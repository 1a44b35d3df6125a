import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LockHeldError, lockHolder, takeLock } from "./lock.ts";
import { identify } from "./process-identity.ts";

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "runboard-lock-"));
  path = join(directory, "lock");
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("the lock names its holder, only the user may read it, and release removes it", () => {
  const lock = takeLock(path);
  expect(lockHolder(path)).toEqual(identify(process.pid));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(["lock"]);
  lock.release();
  expect(existsSync(path)).toBe(false);
});

test("a second one is refused with the holder's pid, until it is released", async () => {
  const holder = spawn("sleep", ["60"]);
  writeFileSync(path, JSON.stringify(identify(holder.pid!)));
  expect(() => takeLock(path)).toThrow(LockHeldError);
  expect(() => takeLock(path)).toThrow(`process ${holder.pid}`);
  expect(readdirSync(directory)).toEqual(["lock"]);
  holder.kill("SIGKILL");
  await once(holder, "exit");
  takeLock(path);
  expect(lockHolder(path)?.pid).toBe(process.pid);
});

test.each([
  ["before the last boot", { bootId: "another boot", pid: process.pid, startTime: "1" }],
  ["whose pid a stranger has now", { ...identify(process.pid), startTime: "1" }],
  ["that left half a file", "{"],
])("the lock of a holder %s is taken over", (_, content) => {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  takeLock(path);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(identify(process.pid));
});

test("a released lock of somebody else stays", () => {
  const lock = takeLock(path);
  const other = JSON.stringify({ bootId: "x", pid: 1, startTime: "1" });
  writeFileSync(path, other);
  lock.release();
  expect(readFileSync(path, "utf8")).toBe(other);
});

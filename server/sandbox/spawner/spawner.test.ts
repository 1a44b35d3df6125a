import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAlive } from "../../process-identity.ts";
import { eventually } from "../eventually.ts";
import { createSessionDirectory } from "../session-directory.ts";
import { type Spawner, startSpawner } from "./spawner.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin";
let spawner: Spawner;
let root: string;

beforeAll(async () => {
  spawner = await startSpawner();
  root = mkdtempSync(join(tmpdir(), "runboard-spawner-"));
});
afterAll(async () => {
  await spawner.close();
  rmSync(root, { recursive: true, force: true });
});

const program = (command: string, ...args: string[]) => ({ command, args, env: { PATH }, timeoutMs: 10_000 });

test("a program's output, exit code and input pass through", async () => {
  const result = await spawner.run({ ...program("sh", "-c", "cat; echo oops >&2; exit 3"), input: "héllo" });
  expect(result).toMatchObject({ exitCode: 3, stdout: "héllo", stderr: "oops\n", timedOut: false, signal: null });
});

test("a program sees the given environment and nothing else", async () => {
  const { stdout } = await spawner.run({ ...program("env"), env: { PATH, ONLY: "this" } });
  expect(stdout.trim().split("\n").sort()).toEqual(["ONLY=this", `PATH=${PATH}`]);
});

test("what is started gives way to the board", async () => {
  const { stdout } = await spawner.run(program("nice"));
  expect(Number(stdout)).toBeGreaterThanOrEqual(10);
});

test("a program over its time limit is killed with its whole group", async () => {
  const result = await spawner.run({ ...program("sh", "-c", "sleep 60 & sleep 60"), timeoutMs: 200 });
  expect(result).toMatchObject({ timedOut: true, signal: "SIGKILL", exitCode: null });
});

test("an aborted run rejects and its program ends", async () => {
  const abort = new AbortController();
  const run = spawner.run(program("sh", "-c", `echo $$ > ${root}/pid; exec sleep 60`), abort.signal);
  const pid = await eventually(() => Number(readFileSync(join(root, "pid"), "utf8")) || null);
  abort.abort();
  await expect(run).rejects.toThrow();
  await eventually(() => !exists(pid));
});

test("too much output is cut and said to be", async () => {
  const result = await spawner.run({ ...program("sh", "-c", "head -c 100000 /dev/zero"), maxOutputBytes: 1000 });
  expect(result.stdout.length).toBe(1000);
  expect(result.isTruncated).toBe(true);
});

test("a program that does not exist rejects", async () => {
  await expect(spawner.run(program("no-such-program"))).rejects.toMatchObject({ code: "START_FAILED" });
});

test("bytes that are no text survive in latin1", async () => {
  const result = await spawner.run({ ...program("cat"), input: "\xff\x00\xe9", encoding: "latin1" });
  expect(result.stdout).toBe("\xff\x00\xe9");
});

test("a helper that dies is replaced, its pending calls reject, its sessions live on", async () => {
  const directory = join(root, "lives-on");
  const { work } = createSessionDirectory(directory);
  const identity = await spawner.launch({
    sessionId: "lives-on",
    directory,
    command: "sleep",
    args: ["60"],
    workingDirectory: work,
    environment: { PATH, RUNBOARD_SESSION: "lives-on" },
    groups: [],
    perl: null,
  });
  const before = spawner.helperPid();
  const pending = spawner.run(program("sh", "-c", `echo $$ > ${root}/pending; exec sleep 60`));
  const pid = await eventually(() => Number(readFileSync(join(root, "pending"), "utf8")) || null);
  const rejected = expect(pending).rejects.toMatchObject({ name: "SpawnerLostError" });
  process.kill(before as number, "SIGKILL");
  await rejected;
  expect(isAlive(identity)).toBe(true);
  expect((await spawner.run(program("echo", "back"))).stdout).toBe("back\n");
  expect(spawner.helperPid()).not.toBe(before);
  process.kill(pid, "SIGKILL");
  process.kill(-identity.pid, "SIGKILL");
  await eventually(() => !isAlive(identity));
});

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

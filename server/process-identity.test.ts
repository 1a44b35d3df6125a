import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { identify, isAlive } from "./process-identity.ts";

test("a live process is alive, and no longer once it has ended", async () => {
  const child = spawn("sleep", ["60"]);
  const identity = identify(child.pid!);
  expect(identity).toMatchObject({ pid: child.pid });
  expect(isAlive(identity!)).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isAlive(identity!)).toBe(false);
  expect(identify(child.pid!)).toBeNull();
});

test("a stranger who got the same pid, or a process before the last boot, is not this process", () => {
  const self = identify(process.pid)!;
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, startTime: "1" })).toBe(false);
  expect(isAlive({ ...self, bootId: "another boot" })).toBe(false);
});

test("a zombie counts as ended", async () => {
  // The shell becomes sleep with a dead child nobody reaps: it prints the child's pid first.
  const parent = spawn("sh", ["-c", "sh -c 'exit 0' & echo $!; exec sleep 60"]);
  const [line] = await once(parent.stdout!, "data");
  const zombie = Number(String(line).trim());
  await expect.poll(() => identify(zombie)).toBeNull();
  parent.kill("SIGKILL");
  await once(parent, "exit");
});

test("nonsense pids have no identity", () => {
  for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31 - 1]) expect(identify(pid)).toBeNull();
});

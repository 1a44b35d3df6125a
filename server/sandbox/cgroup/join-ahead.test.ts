import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readGroupPlaces } from "./cgroup-places.ts";
import { createJoinAhead } from "./join-ahead.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-ahead-"));
afterAll(() => rmSync(root, { recursive: true }));

function place(name: string, hasProcesses = true): string {
  const directory = join(root, name);
  mkdirSync(directory);
  if (hasProcesses) writeFileSync(join(directory, "cgroup.procs"), "");
  return directory;
}
const procsOf = (directory: string) => readFileSync(join(directory, "cgroup.procs"), "utf8");
const v1 = (directory: string) => new Map([["pids", directory]]);

it("joins the group it is in, and no other", async () => {
  const [unified, other] = [place("unified"), place("other")];
  await createJoinAhead({ unified, controllers: v1(other) })();
  expect(procsOf(unified)).toBe(String(process.pid));
  expect(procsOf(other)).toBe("");
});

it("joins again when it has joined, and a machine without v2 by v1", async () => {
  const pids = place("pids");
  const joinAhead = createJoinAhead({ unified: null, controllers: v1(pids) });
  for (let round = 0; round < 2; round++) {
    writeFileSync(join(pids, "cgroup.procs"), "");
    await joinAhead();
    expect(procsOf(pids)).toBe(String(process.pid));
  }
});

it("makes nothing and says nothing where there are no groups, or none that is ours to join", async () => {
  const empty = place("empty", false);
  await createJoinAhead({ unified: null, controllers: new Map() })();
  await createJoinAhead({ unified: empty, controllers: new Map() })();
  expect(existsSync(join(empty, "cgroup.procs"))).toBe(false);
});

it("leaves this process in the groups it is in", async () => {
  const before = readFileSync("/proc/self/cgroup", "utf8");
  await createJoinAhead(readGroupPlaces())();
  expect(readFileSync("/proc/self/cgroup", "utf8")).toBe(before);
});

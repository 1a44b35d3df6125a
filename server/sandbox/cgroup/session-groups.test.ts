import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { Means } from "../means.ts";
import type { GroupBases } from "./cgroup-bases.ts";
import { createGroups, groupsOf, planGroups, readMeans } from "./session-groups.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-groups-"));
const means: Means = { tree: "cgroup-v2", memory: "cgroup-v2", cpu: "cgroup-v2" };
const limits = { cpus: 0.25, memoryBytes: 50_000_000 };
let directory: string;
let count = 0;

beforeEach(() => {
  directory = join(root, `session-${++count}`);
  mkdirSync(directory);
});
afterAll(() => rmSync(root, { recursive: true }));

const id = () => `session-${count}`;
const base = (name: string, version: 1 | 2) => {
  mkdirSync(join(root, name), { recursive: true });
  return { directory: join(root, name), version };
};
const inUnified = (): GroupBases => {
  const unified = base("unified", 2);
  return { tree: unified, usage: unified, memory: unified, cpu: unified };
};
const read = (...path: string[]) => readFileSync(join(root, ...path), "utf8");

test("on a v2 machine one group serves every purpose and carries the limits in v2's words", async () => {
  const groups = planGroups(inUnified(), id(), limits);
  await createGroups(directory, { provider: "process", means, groups }, limits);
  expect(groupsOf(directory)).toEqual([join(root, "unified", `runboard-${id()}`)]);
  expect(read("unified", `runboard-${id()}`, "memory.max")).toBe("50000000");
  expect(read("unified", `runboard-${id()}`, "cpu.max")).toBe("25000 100000");
});

test("a session that asks for nothing gets no group for limits", () => {
  const separate = { tree: base("pids", 1), usage: base("cpuacct", 1), memory: base("memory", 1), cpu: base("cpu", 1) };
  const asked = planGroups(separate, "x", { cpus: null, memoryBytes: null });
  expect(asked).toEqual({
    ...{ tree: join(root, "pids/runboard-x"), usage: join(root, "cpuacct/runboard-x") },
    ...{ memory: null, cpu: null },
  });
});

test("a successor reads what a session was started with, and believes no group that is not its own by its name", async () => {
  const groups = planGroups(inUnified(), id(), limits);
  await createGroups(directory, { provider: "process", means, groups }, limits);
  expect(readMeans(directory)).toEqual({ provider: "process", means, groups });
  for (const foreign of ["/sys/fs/cgroup", "relative/runboard-x", join(root, "unified/runboard-other"), 7]) {
    writeFileSync(join(directory, "means"), JSON.stringify({ means, groups: { tree: foreign } }));
    expect(groupsOf(directory)).toEqual([]);
  }
  for (const broken of ["", "{", "null", "[]"]) {
    writeFileSync(join(directory, "means"), broken);
    expect(readMeans(directory)).toBeNull();
  }
});

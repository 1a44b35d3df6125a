import { mkdirSync, readdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Spawner, startSpawner } from "../spawner/spawner.ts";
import { isWritable } from "./cgroup.ts";
import { probeGroupBases } from "./cgroup-bases.ts";
import { readGroupPlaces } from "./cgroup-places.ts";

let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(() => spawner.close());

const nothing = { tree: null, usage: null, memory: null, cpu: null };
const { unified } = readGroupPlaces();
const mayMake = unified !== null && isWritable(unified);

test("where no group can be made there are none, and nothing fails", async () => {
  const missing = { unified: "/nowhere/at/all", controllers: new Map([["pids", "/nowhere/pids"]]) };
  expect(await probeGroupBases(spawner, undefined, missing)).toEqual(nothing);
  expect(await probeGroupBases(spawner, undefined, { unified: null, controllers: new Map() })).toEqual(nothing);
});

test("a directory that only looks like a group is none: what cannot be joined does not count", async () => {
  const place = { unified: "/tmp", controllers: new Map() };
  expect(await probeGroupBases(spawner, undefined, place)).toEqual(nothing);
});

describe.skipIf(!mayMake)("where groups of v2 may be made", () => {
  const unit = join(unified ?? "", `runboard-test-${process.pid}.service`);
  const own = join(unit, "main");
  beforeAll(() => mkdirSync(own, { recursive: true }));
  afterAll(() => {
    for (const group of [own, unit]) rmdirSync(group);
  });

  test("sessions go below our own group", async () => {
    const plain = join(own, "shell");
    mkdirSync(plain);
    const { tree, usage } = await probeGroupBases(spawner, undefined, { unified: plain, controllers: new Map() });
    rmdirSync(plain);
    expect([tree, usage]).toEqual(Array(2).fill({ version: 2, directory: plain }));
  });

  test("from a sub-group a manager put us into they go beside it, and nothing of the probe is left", async () => {
    const { tree } = await probeGroupBases(spawner, undefined, { unified: own, controllers: new Map() });
    expect(tree).toEqual({ version: 2, directory: unit });
    expect(readdirSync(unit).filter((name) => name.startsWith("runboard-probe"))).toEqual([]);
  });
});

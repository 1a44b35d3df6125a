import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { describeSandbox } from "../conformance/conformance.ts";
import { describeDescendants } from "../conformance/conformance-descendants.ts";
import { describeIsolation } from "../conformance/conformance-isolation.ts";
import { describeUsage } from "../conformance/conformance-usage.ts";
import { machinesFor } from "./bwrap-testing.ts";

const shared = mkdtempSync(join(tmpdir(), "runboard-bwrap-"));
const machines = await machinesFor(shared);

for (const { who, isHere, make } of machines) {
  const name = `bwrap sandbox ${who}`;
  describeSandbox(name, { isHere, outlivesCommand: false, make });
  describeIsolation(name, { isHere, isolates: true, make });
  describeUsage(name, { isHere, ownProcesses: 2, make });
  describeDescendants(name, { isHere, findsShed: true, findsShedWithoutWrapper: true, make });
}

test("bubblewrap is tried as who runs this and, where that is root, as somebody without rights", () => {
  console.info(machines.map(({ who, problem }) => `${who}: ${problem ?? "usable"}`).join("\n"));
  expect(machines.length).toBe(process.getuid?.() === 0 ? 2 : 1);
});

afterAll(() => rmSync(shared, { recursive: true, force: true }));

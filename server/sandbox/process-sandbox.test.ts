import { readdirSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { readGroupPlaces } from "./cgroup/cgroup-places.ts";
import { hasSocat } from "./conformance/canaries.ts";
import { describeSandbox } from "./conformance/conformance.ts";
import { describeDescendants } from "./conformance/conformance-descendants.ts";
import { describeIsolation } from "./conformance/conformance-isolation.ts";
import { describeUsage } from "./conformance/conformance-usage.ts";
import { eventually } from "./eventually.ts";
import { type TreeMeans, treeMeans } from "./means.ts";
import { probeMeans } from "./probe-means.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import { startSpawner } from "./spawner/spawner.ts";

const path = "/usr/local/bin:/usr/bin:/bin";

const here = await availableMeans();

for (const only of treeMeans) {
  const isHere = here.includes(only);
  // How a session runs is the same by all means, but for the subreaper, where another program starts the wrapper.
  if (only === here[0] || only === "subreaper")
    describeSandbox(`process sandbox by ${only}`, { isHere, outlivesCommand: true, make: () => make(only) });
  describeUsage(`process sandbox by ${only}`, { isHere, ownProcesses: 0, make: () => make(only) });
  describeDescendants(`process sandbox by ${only}`, {
    isHere,
    findsShed: only !== "markers",
    findsShedWithoutWrapper: only.startsWith("cgroup"),
    make: () => make(only),
  });
}

// As the bwrap sandbox is shown to hide these, so that it is known that there was something to see.
describeIsolation("process sandbox", { isHere: hasSocat(), isolates: false, make: () => make("markers") });

test("markers are always there, and something better on Linux as a rule", () => {
  console.info(`means on this machine: ${here.join(", ")}`);
  expect(here).toContain("markers");
});

afterAll(() => {
  expect(groupsOfTests()).toEqual([]);
});

async function make(only: TreeMeans) {
  const spawner = await startSpawner();
  return {
    sandbox: createProcessSandbox(spawner, { path, only }),
    successor: () => createProcessSandbox(spawner, { path, only }),
    crash: async () => {
      const helper = spawner.helperPid() as number;
      process.kill(helper, "SIGKILL");
      await eventually(() => ![helper, null].includes(spawner.helperPid()));
    },
    close: () => spawner.close(),
  };
}

/** What this machine has: not every one lets us make groups, or has perl. */
async function availableMeans(): Promise<TreeMeans[]> {
  const spawner = await startSpawner();
  const found: TreeMeans[] = [];
  for (const only of treeMeans) {
    await probeMeans(spawner, { path, only }).then(
      () => found.push(only),
      () => {},
    );
  }
  await spawner.close();
  return found;
}

/** Control groups this file's sessions have left. */
function groupsOfTests(): string[] {
  const { unified, controllers } = readGroupPlaces();
  const places = new Set([unified, ...controllers.values()].filter((place) => place !== null));
  return [...places].flatMap((place) => readdirSync(place)).filter((name) => name.includes(`-${process.pid}-`));
}

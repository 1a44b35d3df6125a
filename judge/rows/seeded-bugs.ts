import { bugs } from "../campaign/bugs.ts";
import { huntBugs } from "../campaign/hunt.ts";
import type { RowOptions, RowResult } from "../row.ts";

/** Those that show in nearly every run; the long form hunts all of them. */
const plain = ["session-directory-not-removed", "unblocked-too-early"];

/** Seeded bugs that need real processes. Each has to be found by what it breaks. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const names = isLong ? bugs.map(({ name }) => name) : plain;
  const options = {
    runs: 20,
    seed: 1,
    parallel: 2,
    tasks: isLong ? 80 : 20,
    kills: 5,
    isClean: false,
    shape: undefined,
    bug: "all",
  };
  const hunted = await huntBugs(options, names);
  const found = hunted.filter(({ foundIn }) => foundIn !== null);
  const missed = hunted.filter(({ foundIn }) => foundIn === null).map(({ name }) => name);
  return {
    goal: "≥ 15 seeded bugs each caught in ≤ 20 runs",
    measured: `${found.length} of ${hunted.length} caught with real processes (${bugs.length} there are), after ${Math.max(...found.map(({ foundIn }) => foundIn!))} runs at most${missed.length > 0 ? `; missed: ${missed.join(", ")}` : ""}`,
    isMet: missed.length === 0,
    isCorrect: missed.length === 0,
  };
}

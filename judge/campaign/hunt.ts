import { rmSync } from "node:fs";
import { bugs, type SeededBug } from "./bugs.ts";
import { lineOf } from "./campaign.ts";
import type { CampaignOptions } from "./options.ts";
import { planRun } from "./run-plan.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

export interface Hunted {
  name: string;
  /** In which run it was found, from 1; null: in none. */
  foundIn: number | null;
}

const tasksMax = 120;

/** Puts one seeded bug after the other into a test build and looks in how many runs it is found. */
export async function huntBugs(options: CampaignOptions, names: readonly string[]): Promise<Hunted[]> {
  const workshop = await openWorkshop();
  const waiting = bugs.filter(({ name }) => names.includes(name));
  const hunted: Hunted[] = [];
  const work = async () => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift())
      hunted.push({ name: bug.name, foundIn: await hunt(bug, options, workshop) });
  };
  await Promise.all(Array.from({ length: options.parallel }, work));
  workshop.close();
  const found = hunted.filter(({ foundIn }) => foundIn !== null);
  console.log(`\n${found.length} of ${hunted.length} seeded bugs found within ${options.runs} runs each`);
  return hunted;
}

async function hunt(bug: SeededBug, options: CampaignOptions, workshop: Workshop): Promise<number | null> {
  for (let run = 1; run <= options.runs; run++) {
    const seed = options.seed + run - 1;
    const name = `${bug.name}-${seed}`;
    const plan = planRun({ ...options, tasks: Math.min(options.tasks, tasksMax), seed, needs: bug.needs });
    const result = await workshop.carryOut(plan, name, bug);
    const { violations, seconds } = result;
    rmSync(workshop.directoryOf(name), { recursive: true, force: true });
    const expected = violations.find((text) => bug.breaks.some((invariant) => text.startsWith(invariant)));
    if (expected !== undefined) {
      console.log(`${bug.name}: found in run ${run} (seed ${seed}, ${seconds.toFixed(1)} s)\n    ${expected}`);
      return run;
    }
    if (violations.length > 0) console.log(`${bug.name}, seed ${seed}: not what was expected: ${violations[0]}`);
    else console.log(`${bug.name}: not found by ${lineOf(result)}`);
  }
  console.log(`${bug.name}: NOT FOUND in ${options.runs} runs`);
  return null;
}

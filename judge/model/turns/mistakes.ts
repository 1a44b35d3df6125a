import type fc from "fast-check";
import type { Patch } from "../../patch.ts";
import { importPatched } from "../patched-module.ts";
import type { CreateTurns } from "./fake-orchestrator.ts";
import { turnsProperty } from "./turns-model.ts";

export interface TurnsMistake extends Patch {
  /** Completes "an orchestrator that …". */
  name: string;
  file: "server/orchestrator/turns.ts";
}

const turns = "server/orchestrator/turns.ts";

/** Mistakes one could make where results and slots meet. */
export const turnsMistakes: readonly TurnsMistake[] = [
  {
    name: "forgets the reports of a turn that failed",
    file: turns,
    find: "waiting.unshift(...batch);",
    replace: "",
  },
  {
    name: "puts the reports of a failed turn behind later ones",
    file: turns,
    find: "waiting.unshift(...batch);",
    replace: "waiting.push(...batch);",
  },
  {
    name: "acknowledges a report before it is durable",
    file: turns,
    find: "const result = await step({",
    replace: `for (const { report, resolve } of batch.filter(isResult)) resolve({ sandboxId: report.sandboxId, accepted: true });
      const result = await step({`,
  },
  { name: "gives the first answer to everybody", file: turns, find: "answers[index]!", replace: "answers[0]!" },
  { name: "claims after it was told to stop", file: turns, find: "isClaiming && mayClaim()", replace: "mayClaim()" },
  { name: "claims though nothing new may begin", file: turns, find: "isClaiming && mayClaim()", replace: "isClaiming" },
  {
    name: "lets one bad report hold up the others",
    file: turns,
    find: "if (isRefusal(thrown)) {",
    replace: "if (false as boolean) {",
  },
  {
    name: "forgets what the engine refused",
    file: turns,
    find: "aside.push(...refused.filter(isResult));",
    replace: "",
  },
  {
    name: "claims while the engine refuses",
    file: turns,
    find: "if (invariant.isBroken() && !invariant.isDue())",
    replace: "if (invariant.isBroken() && invariant.isDue())",
  },
  {
    name: "counts every report as a slot that becomes free",
    file: turns,
    find: "maxConcurrent - staying.length",
    replace: "maxConcurrent - [...options.held()].length + batch.length",
  },
  { name: "runs two turns at once", file: turns, find: "if (isTurning) return;", replace: "" },
  {
    name: "loses a hint that comes during a turn",
    file: turns,
    find: `    wake: () => {
      isWanted = true;`,
    replace: `    wake: () => {
      isWanted = !isTurning;`,
  },
  {
    name: "does not look again when a project was busy",
    file: turns,
    find: 'isUnfinished && isClaiming ? "again" : "rest"',
    replace: 'isUnfinished && isClaiming ? "rest" : "rest"',
  },
  {
    name: "does not wait for the turn under way",
    file: turns,
    find: "isTurning ? new Promise((resolve) => onTurnEnd.push(resolve)) : Promise.resolve()",
    replace: "Promise.resolve()",
  },
  {
    name: "forgets the starts of a turn that failed",
    file: turns,
    find: "waiting.unshift(...batch);",
    replace: "waiting.unshift(...batch.filter(isResult));",
  },
  {
    name: "answers a start before it is durable",
    file: turns,
    find: "waiting.push({ started, resolve });",
    replace: "waiting.push({ started, resolve });\n        resolve(true);",
  },
  {
    name: "takes every started session for live",
    file: turns,
    find: "live.includes(started.sessionId)",
    replace: "live.length >= 0",
  },
  {
    name: "forgets a hint when a start comes first",
    file: turns,
    find: "const isGiving = isAsked || told.reports.length > 0;",
    replace: "const isGiving = told.started.length === 0 || told.reports.length > 0;",
  },
];

/** The property that the mistaken module should break. */
export async function propertyWith(mistake: TurnsMistake): Promise<fc.IAsyncProperty<unknown>> {
  const { createTurns } = await importPatched<{ createTurns: CreateTurns }>(turns, mistake);
  return turnsProperty(createTurns) as fc.IAsyncProperty<unknown>;
}

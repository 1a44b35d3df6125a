import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tidyAfterKilledRows } from "../judge/tidy.ts";

/** Where a bench keeps its files, and what it has to end. */
export interface Stage {
  directory: string;
  atEnd(stop: () => Promise<unknown>): void;
}

/** Does the work; then what was started is ended, the last first, and the files go: whatever came of it, a signal too. */
export async function onStage<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  await tidyAfterKilledRows();
  const directory = mkdtempSync(join(tmpdir(), "runboard-bench-"));
  const stops: (() => Promise<unknown>)[] = [];
  let isOver = false;
  // What was still starting when a signal came is ended as soon as it is there.
  const atEnd: Stage["atEnd"] = (stop) => (isOver ? void stop().catch(() => {}) : void stops.push(stop));
  try {
    return await Promise.race([work({ directory, atEnd }), untilSignal()]);
  } finally {
    isOver = true;
    // What ended by itself, or with the signal, is no reason to leave the others.
    for (const stop of stops.reverse()) await stop().catch((thrown) => console.error(thrown));
    rmSync(directory, { recursive: true, force: true });
  }
}

function untilSignal(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const)
      process.once(signal, () => reject(new Error(`The bench was ended by ${signal}.`)));
  });
}

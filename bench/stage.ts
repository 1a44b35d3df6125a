import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tidyAfterKilledRows } from "../judge/tidy.ts";

/** Where a bench keeps its files, and what it has to end. */
export interface Stage {
  directory: string;
  atEnd(stop: () => Promise<unknown>): void;
}

/** Does the work; then what was started is ended, the last first, and the files go, whatever came of it. */
export async function onStage<Result>(work: (stage: Stage) => Promise<Result>): Promise<Result> {
  await tidyAfterKilledRows();
  const directory = mkdtempSync(join(tmpdir(), "runboard-bench-"));
  const stops: (() => Promise<unknown>)[] = [];
  try {
    return await work({ directory, atEnd: (stop) => void stops.push(stop) });
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

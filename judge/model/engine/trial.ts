import fc from "fast-check";
import { Engine } from "./engine.ts";
import { engineProperty } from "./engine-model.ts";
import { makeMistake } from "./mistaken.ts";
import type { EngineMistake } from "./mistakes.ts";
import type { ModelDatabase } from "./model-database.ts";
import { product } from "./product.ts";

export interface Trial {
  numRuns: number;
  seed: number;
  /** Of one run, at most; half of it on the average. */
  maxCommands: number;
}

export interface Finding {
  /** The run, from 1, that found something; null: none did. */
  run: number | null;
  /** What it found. */
  what: string;
  /** The commands that led there, and how to run them again. */
  replay: string;
}

type Database = Pick<ModelDatabase, "url" | "client">;

/** Runs the model against the engine as it is. */
export async function tryEngine(
  { url }: Database,
  { maxCommands, ...trial }: Trial,
  driven = product,
): Promise<Finding> {
  const engine = await Engine.open(url, driven);
  try {
    const found = await fc.check(engineProperty(engine, maxCommands), { ...trial, endOnFailure: true });
    if (!found.failed) return { run: null, what: "", replay: "" };
    const what = found.errorInstance instanceof Error ? found.errorInstance.message : String(found.errorInstance);
    return { run: found.numRuns, what, replay: (await fc.asyncDefaultReportMessage(found)) ?? "" };
  } finally {
    await engine.close();
  }
}

/** Runs the model against an engine with a mistake in it. */
export async function tryMistake(database: Database, mistake: EngineMistake, trial: Trial): Promise<Finding> {
  const { product: mistaken, undo } = await makeMistake(database.client, mistake);
  try {
    return await tryEngine(database, trial, mistaken);
  } finally {
    await undo();
  }
}

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SqlPatch } from "../patch.ts";
import { processesIn, send } from "../processes.ts";
import { patchDatabase } from "../sql-patch.ts";
import { BrokenPromise } from "./client.ts";
import type { Evidence } from "./evidence.ts";
import type { DoneFault } from "./faults.ts";
import { leftoversOfStopped } from "./leftovers.ts";
import { judge } from "./oracle/oracle.ts";
import { openProduct, type RunningProduct } from "./product.ts";
import type { RunPlan } from "./run-plan.ts";
import { watchRun } from "./watch-run.ts";

export interface RunResult {
  seed: number;
  seconds: number;
  faults: DoneFault[];
  violations: string[];
  /** What happened in it, for the report. */
  sums: { tasks: number; sessions: number; events: number; calls: number; unanswered: number; witnessLines: number };
}

interface RunOptions {
  build: string;
  template: string;
  /** Made for this run; removed when it was as it has to be. */
  directory: string;
  sqlPatches: readonly SqlPatch[];
}

/** One run from a fresh home to the judgement. Never throws: what breaks the run itself is a violation too. */
export async function carryOut(plan: RunPlan, options: RunOptions): Promise<RunResult> {
  const began = performance.now();
  const { directory } = options;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "plan.json"), JSON.stringify(plan, null, 1));
  let faults: DoneFault[] = [];
  const none = { tasks: 0, sessions: 0, events: 0, calls: 0, unanswered: 0, witnessLines: 0 };
  const finish = (violations: string[], sums: RunResult["sums"] = none): RunResult => {
    if (violations.length === 0) rmSync(directory, { recursive: true, force: true });
    return { seed: plan.seed, seconds: (performance.now() - began) / 1000, faults, violations, sums };
  };
  let product: RunningProduct | undefined;
  try {
    product = await openProduct({ ...options, plan });
    await patchDatabase(product.databaseUrl, options.sqlPatches);
    const { evidence, done } = await watchRun(product, plan, directory);
    faults = done;
    evidence.leftovers.push(...(await product.stop()).map((text) => `after the stop a process lived: ${text}`));
    evidence.leftovers.push(...leftoversOfStopped(directory));
    const violations = judge(evidence);
    if (violations.length > 0)
      writeFileSync(join(directory, "evidence.json"), JSON.stringify({ evidence, done, violations }, null, 1));
    return finish(violations, sumsOf(evidence));
  } catch (thrown) {
    await product?.stop();
    for (const { pid } of processesIn(directory)) send(pid, "SIGKILL");
    const violations = [
      thrown instanceof BrokenPromise
        ? thrown.message
        : `the run broke: ${thrown instanceof Error ? thrown.stack : thrown}`,
    ];
    writeFileSync(join(directory, "evidence.json"), JSON.stringify({ violations }));
    return finish(violations);
  }
}

function sumsOf({ cards, sessions, events, calls, witness }: Evidence): RunResult["sums"] {
  return {
    tasks: cards.length,
    sessions: sessions.length,
    events: events.length,
    calls: calls.length,
    unanswered: calls.filter(({ outcome }) => outcome === "unknown").length,
    witnessLines: witness.length,
  };
}

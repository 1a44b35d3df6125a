// One bench in a process of its own, started by bench/run.mjs: run-bench.ts <name> [--smoke] [--rounds=N] [--minutes=N]
// [--into=directory]. What it measured goes to the parent.
import { parseArgs } from "node:util";
import { tidyAfterKilledRows } from "../judge/tidy.ts";
import type { RunBench } from "./bench.ts";
import { printReport } from "./report.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    minutes: { type: "string", default: "30" },
    into: { type: "string", default: "docs" },
  },
});
const [name = ""] = positionals;
const { run } = (await import(`./benches/${name}.ts`)) as { run: RunBench };
await tidyAfterKilledRows();
const measured = await run({
  isSmoke: values.smoke,
  rounds: values.smoke ? 1 : Number(values.rounds),
  minutes: Number(values.minutes),
  into: values.into,
});
// Tiny sizes say nothing of the goals.
const told = measured.map((one) => ({ bench: name, ...one, ...(values.smoke ? { max: null } : {}) }));
console.log();
printReport(told);
if (process.send) await new Promise((sent) => process.send?.(told, sent));
process.exit(0);

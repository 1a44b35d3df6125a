// One bench in a process of its own, started by bench/run.mjs: run-bench.ts <name> [--smoke] [--rounds=N]. What it measured goes to the parent.
import { parseArgs } from "node:util";
import type { RunBench } from "./bench.ts";
import { printReport } from "./report.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { smoke: { type: "boolean", default: false }, rounds: { type: "string", default: "5" } },
});
const [name = ""] = positionals;
const { run } = (await import(`./benches/${name}.ts`)) as { run: RunBench };
const measured = await run({ isSmoke: values.smoke, rounds: values.smoke ? 1 : Number(values.rounds) });
const told = measured.map((one) => ({ bench: name, ...one }));
console.log();
printReport(told);
if (process.send) await new Promise((sent) => process.send?.(told, sent));
process.exit(0);

// One row in a process of its own, started by judge/run.mjs: run-row.ts <row> [--long]. Its result goes to the parent.
import type { RunRow } from "./row.ts";
import { tidyAfterKilledRows } from "./tidy.ts";

const [name = "", ...flags] = process.argv.slice(2);
const { run } = (await import(`./rows/${name}.ts`)) as { run: RunRow };
await tidyAfterKilledRows();
const result = await run({ isLong: flags.includes("--long") });
if (!process.send) console.log(result);
else await new Promise((sent) => process.send?.(result, sent));
process.exit(0);

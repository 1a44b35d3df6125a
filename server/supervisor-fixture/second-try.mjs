// An orchestrator whose lease is lost the first time, before it is ready.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const tried = join(process.env.RUNBOARD_HOME, "tried");
if (!existsSync(tried)) {
  writeFileSync(tried, "");
  process.exit(75);
}
await import("./child.mjs");

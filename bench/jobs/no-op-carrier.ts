import { join } from "node:path";
import { startEmbedded } from "../../server/database/embedded.ts";
import { migrate } from "../../server/database/migrate.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { startProgram } from "../program.ts";
import type { Stage } from "../stage.ts";

/** An orchestrator of the product's own parts whose sessions run nothing, on a database of its own. */
export async function openNoOps(stage: Stage): Promise<Carrier> {
  const database = await startEmbedded({ directory: join(stage.directory, "own-postgres"), log: () => {} });
  stage.atEnd(() => database.stop());
  await migrate(database.url, { log: () => {} });
  const program = await startProgram(
    "jobs/no-op-orchestrator.ts",
    {},
    {
      ...{ DATABASE_URL: database.url, RUNBOARD_HOME: join(stage.directory, "own-home") },
      ...{ NODE_ENV: "production", RUNBOARD_LOG_LEVEL: "warn" },
    },
  );
  stage.atEnd(() => program.end());
  return async (drain) => (await program.ask<{ ms: number }>(drain)).ms;
}

import { join } from "node:path";
import { Client } from "pg";
import { startEmbedded } from "../../server/database/embedded.ts";
import { migrate } from "../../server/database/migrate.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { startProgram } from "../program.ts";
import type { Stage } from "../stage.ts";
import { watchTimeSpent } from "../time/time-spent.ts";

interface NoOps {
  carrier: Carrier;
  /** Prints where the time went, divided among all tasks so far. */
  printTimeSpent(): void;
}

/** An orchestrator of the product's own parts whose sessions run nothing, on a database of its own. */
export async function openNoOps(stage: Stage): Promise<NoOps> {
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
  const client = new Client({ connectionString: database.url });
  await client.connect();
  stage.atEnd(() => client.end());
  const { during, print } = await watchTimeSpent(client, [program.pid, database.pid]);
  let tasks = 0;
  return {
    carrier: async (drain) => {
      tasks += drain.graph.length;
      await program.ask({ queue: drain });
      const { ms } = await during(() => program.ask<{ ms: number }>({ carryOut: drain }));
      return ms;
    },
    printTimeSpent: () => print(tasks),
  };
}

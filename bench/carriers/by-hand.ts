import { Client } from "pg";
import { runCommand } from "../peers/run-command.mjs";
import type { Stage } from "../stage.ts";
import type { Carrier } from "./carrier.ts";
import { startPostgres } from "./peer-servers.ts";

/** What nobody can do with less: for each task one process, and one commit that is flushed before the next. */
export async function byHand(stage: Stage): Promise<Carrier> {
  const client = new Client({ connectionString: await startPostgres(stage, "by-hand") });
  await client.connect();
  stage.atEnd(() => client.end());
  await client.query("CREATE TABLE completion (task text)");
  return async ({ graph, commandLine }) => {
    const began = performance.now();
    for (const { id } of graph) {
      await runCommand(commandLine!);
      await client.query({ name: "complete", text: "INSERT INTO completion VALUES ($1)", values: [id] });
    }
    return performance.now() - began;
  };
}

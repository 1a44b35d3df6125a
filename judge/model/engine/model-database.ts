import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { startEmbedded } from "@/server/database/embedded.ts";
import { migrate } from "@/server/database/migrate.ts";
import { installTestClock } from "./test-clock.ts";

export interface ModelDatabase {
  url: string;
  /** A connection of the judge's own, to change the engine's functions. */
  client: Client;
  stop(): Promise<void>;
}

/** A migrated database with the test clock, and no process of the product. */
export async function startModelDatabase(): Promise<ModelDatabase> {
  const directory = mkdtempSync(join(tmpdir(), "runboard-model-"));
  const server = await startEmbedded({ directory, log: () => {}, durability: "none" });
  await migrate(server.url, { log: () => {} });
  const client = await prepareModelDatabase(server.url);
  return {
    url: server.url,
    client,
    stop: async () => {
      await client.end();
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Puts the test clock into a migrated database. */
export async function prepareModelDatabase(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await installTestClock(client);
  return client;
}

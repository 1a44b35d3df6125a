import { join } from "node:path";
import { Client } from "pg";
import { engineProject } from "../../judge/engine.ts";
import { switchDatabase } from "../../lib/db.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import { migrate } from "../../server/database/migrate.ts";
import type { Stage } from "../stage.ts";

/** A migrated database of its own, as durable as the product's, with one project; `db()` is on it until the next one is opened. */
export interface EngineDatabase {
  url: string;
  projectId: string;
  database: Client;
  execute: (sql: string) => Promise<unknown>;
}

export async function openEngineDatabase(stage: Stage, name: string): Promise<EngineDatabase> {
  const { url, stop } = await startEmbedded({ directory: join(stage.directory, name), log: () => {} });
  stage.atEnd(stop);
  await migrate(url, { log: () => {} });
  await switchDatabase(url);
  const database = new Client({ connectionString: url });
  await database.connect();
  stage.atEnd(() => database.end());
  return { url, projectId: await engineProject(name), database, execute: (sql) => database.query(sql) };
}

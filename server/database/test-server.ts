import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { lockHolder } from "../lock.ts";
import { startEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { stopOrphan } from "./postmaster.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The migrated database that every test database is copied from. Nobody may stay connected to it. */
    templateUrl: string;
  }
}

const PREFIX = "runboard-test-";

/** One PostgreSQL per test run, in a directory that ends with it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await tidyAfterKilledRuns();
  const home = mkdtempSync(join(tmpdir(), PREFIX));
  // Whatever a test starts by mistake keeps away from the real home.
  process.env.RUNBOARD_HOME = home;
  const server = await startEmbedded({ directory: join(home, "postgres"), log: () => {}, durability: "none" });
  const template = new URL(server.url);
  template.pathname = "/template_runboard";
  await execute(server.url, "CREATE DATABASE template_runboard");
  await migrate(template.href, { log: () => {} });
  project.provide("templateUrl", template.href);
  return async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql);
  await client.end();
}

const SURELY_STARTED_MS = 60_000;

/** A run that was killed leaves its server behind; the lock in its directory says whether it still lives. */
async function tidyAfterKilledRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const left = join(tmpdir(), name);
    const age = Date.now() - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age < SURELY_STARTED_MS || lockHolder(join(left, "postgres", "lock")) !== null) continue;
    await stopOrphan(join(left, "postgres", "data"), () => {});
    rmSync(left, { recursive: true, force: true, maxRetries: 3 });
  }
}

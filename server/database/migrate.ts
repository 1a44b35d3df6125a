import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import type { MigrationList } from "./schema-engine.ts";

export interface MigrateOptions {
  log: (line: string) => void;
  /** Where the migrations are; the ones of this checkout when left out. */
  directory?: string;
}

/** The database is not one this version may run on; the message says what was found and what to do. */
export class MigrationError extends Error {
  override name = "MigrationError";
}

/**
 * Brings the database to the newest migration, one start at a time (advisory lock). `_prisma_migrations` is Prisma's
 * own table, so `prisma migrate status` and `resolve` agree with what happens here. Returns the names it applied.
 */
export async function migrate(
  url: string,
  { log, directory = migrationsDirectory() }: MigrateOptions,
): Promise<string[]> {
  const names = migrationNames(directory);
  const client = new Client({ connectionString: url });
  // It idles while the engine works; a lost connection is told by the next query.
  client.on("error", () => {});
  await client.connect();
  try {
    if ((await pending(client, names)).length === 0) return [];
    await client.query("SELECT pg_advisory_lock(hashtext('runboard'), hashtext('migrate'))");
    const todo = await pending(client, names);
    if (todo.length === 0) return [];
    log(todo.length === 1 ? "Applying 1 migration…" : `Applying ${todo.length} migrations…`);
    await apply(url, directory, names);
    return todo;
  } finally {
    await client.end();
  }
}

/** `prisma/migrations` above this file, wherever it was built to. */
export function migrationsDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "prisma", "migrations")) && dirname(directory) !== directory)
    directory = dirname(directory);
  return join(directory, "prisma", "migrations");
}

export function migrationList(directory: string, names: string[] = migrationNames(directory)): MigrationList {
  return {
    baseDir: directory,
    lockfile: { path: "migration_lock.toml", content: lockfile(directory) },
    shadowDbInitScript: "",
    migrationDirectories: names.map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: { tag: "ok", value: readFileSync(join(directory, name, "migration.sql"), "utf8") },
      },
    })),
  };
}

interface Row {
  migration_name: string;
  finished_at: Date | null;
  logs: string | null;
}

async function pending(client: Client, names: string[]): Promise<string[]> {
  const rows = await appliedRows(client);
  const failed = rows.find((row) => row.finished_at === null);
  if (failed) throw new MigrationError(failedMessage(failed.migration_name, failed.logs));
  const unknown = rows.map((row) => row.migration_name).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new MigrationError(newerMessage(unknown));
  const applied = new Set(rows.map((row) => row.migration_name));
  return names.filter((name) => !applied.has(name));
}

/** Rows marked as rolled back (`prisma migrate resolve --rolled-back`) are history only. */
async function appliedRows(client: Client): Promise<Row[]> {
  try {
    const found = await client.query<Row>(
      "SELECT migration_name, finished_at, logs FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at",
    );
    return found.rows;
  } catch (error) {
    const undefinedTable = "42P01";
    if ((error as { code?: string }).code === undefinedTable) return [];
    throw error;
  }
}

async function apply(url: string, directory: string, names: string[]): Promise<void> {
  // Most starts have nothing to apply and do not load it.
  const { openSchemaEngine } = await import("./schema-engine.ts");
  const { engine, close } = await openSchemaEngine(url);
  try {
    await engine.applyMigrations({
      migrationsList: migrationList(directory, names),
      filters: { externalTables: [], externalEnums: [] },
    });
  } catch (error) {
    throw new MigrationError(
      `A migration failed: ${error instanceof Error ? error.message : String(error)}\n${AFTER_A_FAILURE}`,
      { cause: error },
    );
  } finally {
    await close();
  }
}

function migrationNames(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
}

function lockfile(directory: string): string | null {
  const path = join(directory, "migration_lock.toml");
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

const AFTER_A_FAILURE = [
  "Nothing else was started. Restore the backup made before the update, or repair the database by hand and then say so in its row of",
  '"_prisma_migrations": rolled_back_at = now() to have it tried again, finished_at = now() when it is done.',
].join("\n");

function failedMessage(name: string, logs: string | null): string {
  const reason = logs?.trim() ? `\n${logs.trim()}` : "";
  return `The database holds a migration that was begun and never finished: ${name}.${reason}\n${AFTER_A_FAILURE}`;
}

function newerMessage(unknown: string[]): string {
  return (
    `The database was used by a newer Runboard: it has ${unknown.length === 1 ? "a migration" : "migrations"} this version does not know (${unknown.join(", ")}).\n` +
    "Run that newer version, or restore a backup from before the update."
  );
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { startEmbedded } from "./embedded.ts";
import { migrationList, migrationsDirectory } from "./migrate.ts";
import { openSchemaEngine } from "./schema-engine.ts";

/** Writes the migration that leads from the existing ones to prisma/schema.prisma. Null: they already lead there. */
export async function writeNewMigration(name: string, directory = migrationsDirectory()): Promise<string | null> {
  const sql = await difference(directory);
  if (sql === "") return null;
  const stamp = new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14);
  const path = join(directory, `${stamp}_${name}`, "migration.sql");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${sql}\n`);
  return relative(process.cwd(), path);
}

/** The engine replays the migrations in a shadow database on a scratch server; empty when nothing differs. */
export async function difference(directory: string): Promise<string> {
  const scratch = mkdtempSync(join(tmpdir(), "runboard-scratch-"));
  try {
    const server = await startEmbedded({ directory: scratch, log: () => {}, durability: "none" });
    try {
      return await differenceOn(server.url, directory);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export async function differenceOn(url: string, directory: string): Promise<string> {
  const schema = join(directory, "..", "schema.prisma");
  const { engine, close } = await openSchemaEngine(url);
  try {
    const { stdout } = await engine.diff({
      from: { tag: "migrations", ...migrationList(directory) },
      to: { tag: "schemaDatamodel", files: [{ path: schema, content: readFileSync(schema, "utf8") }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    const sql = stdout?.trim() ?? "";
    return sql === "-- This is an empty migration." ? "" : sql;
  } finally {
    await close();
  }
}

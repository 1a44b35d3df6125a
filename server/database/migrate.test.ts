import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MigrationError, migrate, migrationsDirectory } from "./migrate.ts";
import { differenceOn } from "./new-migration.ts";
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from "./test-database.ts";

let directory: string;
let database: TestDatabase;
let lines: string[];
const log = (line: string) => lines.push(line);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "runboard-migrations-"));
  database = await createEmptyDatabase();
  lines = [];
});

afterEach(async () => {
  await database.drop();
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, "migration.sql"), sql);
}

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const BY_HAND = `
-- a comment; with a semicolon
CREATE TABLE note (id int PRIMARY KEY, text text NOT NULL DEFAULT 'a;b');
CREATE UNIQUE INDEX note_partial ON note (text) WHERE id > 5;
CREATE FUNCTION mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.text := NEW.text || '; -- $x$';
  RETURN NEW;
END;
$$;
CREATE TRIGGER mark BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION mark();
DO $body$ BEGIN INSERT INTO note (id) VALUES (1); END $body$;
`;

test("a fresh database gets every migration, hand-written SQL included, and then nothing is left to do", async () => {
  write("1_first", BY_HAND);
  write("2_second", "ALTER TABLE note ADD COLUMN extra int;");
  expect(await migrate(database.url, { log, directory })).toEqual(["1_first", "2_second"]);
  expect(lines).toEqual(["Applying 2 migrations…"]);
  expect(await query("SELECT * FROM note")).toEqual([{ id: 1, text: "a;b; -- $x$", extra: null }]);
  expect(await migrate(database.url, { log, directory })).toEqual([]);
  expect(lines).toHaveLength(1);
});

test("two starts at once apply each migration once", async () => {
  write("1_first", BY_HAND);
  const both = await Promise.all([
    migrate(database.url, { log, directory }),
    migrate(database.url, { log, directory }),
  ]);
  expect(both.flat()).toEqual(["1_first"]);
  expect(await query("SELECT migration_name FROM _prisma_migrations")).toEqual([{ migration_name: "1_first" }]);
});

test("a migration that fails changes nothing, stops this start and the next, and says what to do", async () => {
  write("1_first", BY_HAND);
  write("2_broken", "CREATE TABLE half (id int);\nSELECT 1/0;");
  await expect(migrate(database.url, { log, directory })).rejects.toThrow(MigrationError);
  expect(await query("SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  const again = migrate(database.url, { log, directory });
  await expect(again).rejects.toThrow(/2_broken/);
  await expect(again).rejects.toThrow(/division by zero/);
  await expect(again).rejects.toThrow(/rolled_back_at = now\(\)/);
});

test("a failed migration that was resolved as rolled back is tried again", async () => {
  write("1_first", "SELECT 1/0;");
  await expect(migrate(database.url, { log, directory })).rejects.toThrow(MigrationError);
  await query("UPDATE _prisma_migrations SET rolled_back_at = now()");
  write("1_first", "CREATE TABLE note (id int);");
  expect(await migrate(database.url, { log, directory })).toEqual(["1_first"]);
});

test("a database from a newer version is refused by the names of what is unknown", async () => {
  write("1_first", BY_HAND);
  write("2_newer", "SELECT 1;");
  await migrate(database.url, { log, directory });
  rmSync(join(directory, "2_newer"), { recursive: true });
  const refused = migrate(database.url, { log, directory });
  await expect(refused).rejects.toThrow(/newer Runboard.*2_newer/s);
  await expect(refused).rejects.toThrow(MigrationError);
});

test("our own migrations lead exactly to the schema, and a change to it becomes SQL that keeps what is hand-written", async () => {
  const own = await createTestDatabase();
  expect(await migrate(own.url, { log })).toEqual([]);
  expect(await differenceOn(own.url, migrationsDirectory())).toBe("");
  cpSync(migrationsDirectory(), join(directory, "migrations"), { recursive: true });
  const schema = readFileSync(join(migrationsDirectory(), "..", "schema.prisma"), "utf8");
  writeFileSync(join(directory, "schema.prisma"), `${schema}\nmodel Trial {\n  id Int @id\n}\n`);
  const sql = await differenceOn(own.url, join(directory, "migrations"));
  expect(sql).toContain('CREATE TABLE "Trial"');
  expect(sql).not.toMatch(/DROP|ALTER/);
  await own.drop();
});

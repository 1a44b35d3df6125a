import type { Client } from "pg";

const clocks = ["clock_timestamp", "statement_timestamp", "now"];

/**
 * In a test database `clock_timestamp()` and its like are ours: they are found in the schema `judge`, which stands before
 * pg_catalog in every search path, so functions, triggers and the orchestrator's own statements all read the row set here.
 * Connections made before do not see it.
 */
export async function installTestClock(client: Client): Promise<void> {
  await client.query(`
    CREATE SCHEMA judge;
    CREATE TABLE judge.clock (now timestamptz NOT NULL);
    INSERT INTO judge.clock VALUES (pg_catalog.clock_timestamp())`);
  for (const name of clocks)
    await client.query(
      `CREATE FUNCTION judge.${name}() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT now FROM judge.clock'`,
    );
  const { rows } = await client.query<{ name: string }>("SELECT current_database() AS name");
  await client.query(`ALTER DATABASE "${rows[0]!.name}" SET search_path = judge, pg_catalog, public`);
}

export async function setTestClock(client: Client, nowMs: number): Promise<void> {
  await client.query("UPDATE judge.clock SET now = to_timestamp($1::float8 / 1000)", [nowMs]);
}

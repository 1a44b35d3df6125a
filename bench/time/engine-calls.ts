import type { Client } from "pg";

/** Lets PostgreSQL count from now on. */
export async function countEngineCalls(database: Client): Promise<void> {
  await database.query("ALTER SYSTEM SET track_functions = 'pl'");
  await database.query("SELECT pg_reload_conf()");
}

/** By function: [calls, ms, ms in itself], the most expensive first. Backends tell some seconds later: the last calls may be missing. */
export async function engineCalls(database: Client): Promise<Map<string, number[]>> {
  await database.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await database.query<{ name: string; counted: number[] }>(
    `SELECT funcname AS name, ARRAY[calls, total_time, self_time]::float8[] AS counted FROM pg_stat_user_functions
     ORDER BY total_time DESC`,
  );
  return new Map(rows.map(({ name, counted }) => [name, counted]));
}

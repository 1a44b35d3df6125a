import type { Client } from "pg";
import { printTable } from "../../judge/numbers.ts";

/** Lets PostgreSQL count what the engine's functions take from now on. Answers what prints it, divided among so many tasks. */
export async function watchEngine(database: Client): Promise<(tasks: number) => Promise<void>> {
  await database.query("ALTER SYSTEM SET track_functions = 'pl'");
  await database.query("SELECT pg_reload_conf()");
  const before = await spentBy(database);
  return async (tasks) => {
    console.log("\nThe engine's functions, by PostgreSQL's own count:");
    const head = ["function", "calls a task", "ms a call", "ms a task", "of which itself"];
    const rows = [...(await spentBy(database))].map(([name, after]) =>
      cellsOf(name, before.get(name), { after, tasks }),
    );
    printTable(head, rows);
  };
}

interface Spent {
  calls: number;
  totalMs: number;
  selfMs: number;
}

async function spentBy(database: Client): Promise<Map<string, Spent>> {
  await database.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await database.query<Spent & { name: string }>(
    `SELECT funcname AS name, calls::int, total_time AS "totalMs", self_time AS "selfMs" FROM pg_stat_user_functions
     ORDER BY total_time DESC`,
  );
  return new Map(rows.map(({ name, ...spent }) => [name, spent]));
}

const nothing: Spent = { calls: 0, totalMs: 0, selfMs: 0 };

function cellsOf(name: string, before: Spent = nothing, { after, tasks }: { after: Spent; tasks: number }): string[] {
  const calls = after.calls - before.calls;
  const totalMs = after.totalMs - before.totalMs;
  const selfMs = after.selfMs - before.selfMs;
  return [name, ...[calls / tasks, totalMs / calls, totalMs / tasks, selfMs / tasks].map((value) => value.toFixed(2))];
}

import type { Client } from "pg";
import { addQueued } from "../../lib/testing/long-past.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { median, takeTurns, timed } from "../rounds.ts";
import type { Stage } from "../stage.ts";
import { openEngineDatabase } from "./engine-database.ts";

/**
 * The function of the engine that every claim asks who is first in line (decision 0015), with a long queue: where the first
 * may start, and where all but the last are of a type that is paused. Prints what it does.
 */
export async function firstInLine(stage: Stage, { isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const queued = isSmoke ? 200 : 20_000;
  const { database, execute, projectId } = await openEngineDatabase(stage, "first-in-line");
  await addQueued(execute, projectId, queued);
  await execute(`UPDATE "Task" SET type = 'claude' WHERE number = ${queued}`);
  await execute("VACUUM ANALYZE");
  const ask = (paused: string) => `SELECT * FROM first_in_line('{${projectId}}', '{${paused}}', '{}')`;
  const calls = isSmoke ? 3 : 50;
  const msOf = (sql: string) => async () => median(await times(database, sql, calls));
  const figures = await takeTurns({ first: msOf(ask("")), last: msOf(ask("cli")) }, rounds);
  if (!isSmoke) await printPlanning(database, ask(""), calls);
  if (!isSmoke) await printPlan(database, ask("cli"));
  const line = (what: string, ours: readonly number[]): Measured => ({
    ...{ goal: "P6", what: `first_in_line of ${queued} queued, ${what}`, unit: "ms", ours, max: null },
  });
  return [line("the first may start", figures.first), line("only the last may start", figures.last)];
}

async function times(database: Client, sql: string, calls: number): Promise<number[]> {
  const taken: number[] = [];
  for (let call = 0; call < calls; call++) taken.push(await timed(() => database.query(sql)));
  return taken;
}

/** What planning costs: PostgreSQL plans a function's statement anew as long as it believes that to pay. */
async function printPlanning(database: Client, sql: string, calls: number): Promise<void> {
  for (const mode of ["auto", "force_generic_plan", "force_custom_plan"]) {
    await database.query(`SET plan_cache_mode = ${mode}`);
    const ms = median(await times(database, sql, calls));
    console.log(`first_in_line, the first may start, plan_cache_mode ${mode}: ${ms.toFixed(2)} ms a call`);
  }
  await database.query("RESET plan_cache_mode");
}

async function printPlan(database: Client, sql: string): Promise<void> {
  const settings = ["log_min_duration = 0", "log_nested_statements = on", "log_analyze = on", "log_buffers = on"];
  await database.query("LOAD 'auto_explain'");
  for (const setting of settings) await database.query(`SET auto_explain.${setting}`);
  await database.query("SET client_min_messages = log");
  const tell = ({ message }: { message?: string | undefined }) => {
    if (message?.includes("best")) console.log(`\nfirst_in_line, only the last may start:\n${stepsOf(message)}`);
  };
  database.on("notice", tell);
  await database.query(sql);
  database.off("notice", tell);
  await database.query("SET auto_explain.log_min_duration = -1");
}

/** Without the statement, and without conditions that fill a page. */
const stepsOf = (message: string): string =>
  message
    .slice(message.indexOf("\nLimit"))
    .split("\n")
    .filter((line) => !line.includes("Filter: ("))
    .join("\n");

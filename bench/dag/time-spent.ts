import type { JudgedProduct } from "../../judge/judged-product.ts";
import { printTable } from "../../judge/numbers.ts";
import { cpuMs, endedChildrenCpuMs, treeOf } from "../process-tree.ts";

/** Where the time of a task goes, as far as the processes and the rows tell without being asked to. */
export interface TimeSpent {
  /** Prints what was spent since the beginning, if that was on these projects only. */
  print(projectIds: readonly string[]): Promise<void>;
}

export async function watchTimeSpent(product: JudgedProduct): Promise<TimeSpent> {
  await product.database.query("ALTER SYSTEM SET track_functions = 'pl'");
  await product.database.query("SELECT pg_reload_conf()");
  const cpuBefore = cpuByName(product);
  const callsBefore = await engineCalls(product);
  return {
    print: async (projectIds) => {
      const tasks = await countSessions(product, projectIds);
      const cpu = [...cpuByName(product)].map(([name, ms]) => [name, perTask(ms - (cpuBefore.get(name) ?? 0), tasks)]);
      console.log("\nProcessor time of a task, ms:");
      printTable(["process", "ms a task"], cpu as [string, string][]);
      console.log("\nThe engine's functions, by PostgreSQL's own count:");
      printTable(
        ["function", "calls a task", "ms a call", "ms a task"],
        functionRows(callsBefore, await engineCalls(product), tasks),
      );
      console.log("\nA session's way, ms:");
      printTable(["from → to", "p50", "p90"], await stages(product, projectIds));
    },
  };
}

async function countSessions({ database }: JudgedProduct, projectIds: readonly string[]): Promise<number> {
  const { rows } = await database.query(`SELECT count(*)::int AS n FROM "Session" WHERE "projectId" = ANY ($1)`, [
    projectIds,
  ]);
  return rows[0].n;
}

const perTask = (ms: number, tasks: number): string => (ms / tasks).toFixed(2);

/** What git, wrappers and commands took is with who waited for them: the spawner helper. */
function cpuByName({ process: main, databasePid }: JudgedProduct): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (name: string, ms: number) => sums.set(name, (sums.get(name) ?? 0) + ms);
  for (const { pid, name } of [...treeOf(main.pid!), ...treeOf(databasePid)]) {
    add(name, cpuMs(pid));
    if (name === "spawner-child") add("git, wrappers and commands", endedChildrenCpuMs(pid));
  }
  return sums;
}

type Calls = Map<string, { calls: number; ms: number }>;

async function engineCalls({ database }: JudgedProduct): Promise<Calls> {
  await database.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await database.query(
    `SELECT funcname, calls::int, total_time AS ms FROM pg_stat_user_functions
     WHERE funcname IN ('step', 'settle', 'promote', 'claim', 'first_in_line', 'journal_append', 'mark_started', 'append_output')`,
  );
  return new Map(rows.map(({ funcname, calls, ms }) => [funcname, { calls, ms }]));
}

const functionRows = (before: Calls, after: Calls, tasks: number) =>
  [...after].map(([name, { calls, ms }]) => {
    const spentCalls = calls - (before.get(name)?.calls ?? 0);
    const spentMs = ms - (before.get(name)?.ms ?? 0);
    return [name, perTask(spentCalls, tasks), (spentMs / spentCalls).toFixed(2), perTask(spentMs, tasks)];
  });

/** Sandbox.spawnedAt is when the start was recorded. */
const sessionWay = [
  ["claimed → process on record", `b."spawnedAt" - s."startedAt"`],
  ["process on record → settled, the command's own time included", `s."endedAt" - b."spawnedAt"`],
  ["claimed → settled", `s."endedAt" - s."startedAt"`],
] as const;

async function stages({ database }: JudgedProduct, projectIds: readonly string[]): Promise<string[][]> {
  const rows = sessionWay.map(async ([name, interval]) => {
    const { rows } = await database.query(
      `SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM ${interval}) * 1000) AS shares
       FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id WHERE s."projectId" = ANY ($1)`,
      [projectIds],
    );
    return [name, ...(rows[0].shares as number[]).map((ms) => ms.toFixed(1))];
  });
  return Promise.all(rows);
}

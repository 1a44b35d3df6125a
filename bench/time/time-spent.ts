import type { Client } from "pg";
import { printTable } from "../../judge/numbers.ts";
import { cpuByProgram } from "./cpu-by-program.ts";
import { countEngineCalls, engineCalls } from "./engine-calls.ts";

/** Where the time of tasks goes: processor time by program, and what the engine's functions take. */
export interface TimeSpent {
  /** Counts what is spent while the work is done, beside what was counted before. */
  during<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Divided among so many tasks. */
  print(tasks: number): void;
}

/** Numbers by name, as they stand now. */
type Counters = Map<string, readonly number[]>;

/** `roots`: of the trees of processes that count. */
export async function watchTimeSpent(database: Client, roots: readonly number[]): Promise<TimeSpent> {
  await countEngineCalls(database);
  const cpu: Counters = new Map();
  const engine: Counters = new Map();
  return {
    during: async (work) => {
      const before = { cpu: cpuByProgram(roots), engine: await engineCalls(database) };
      const result = await work();
      addDifference(cpu, before.cpu, cpuByProgram(roots));
      addDifference(engine, before.engine, await engineCalls(database));
      return result;
    },
    print: (tasks) => {
      const share = (value: number) => (value / tasks).toFixed(2);
      console.log("\nProcessor time:");
      printTable(
        ["program", "ms a task"],
        [...cpu].map(([name, [ms]]) => [name, share(ms!)]),
      );
      console.log("\nThe engine's functions, by PostgreSQL's own count:");
      printTable(
        ["function", "calls a task", "ms a call", "ms a task", "of which itself"],
        [...engine].flatMap(([name, [calls, ms, ownMs]]) => {
          if (calls === 0) return [];
          return [[name, share(calls!), (ms! / calls!).toFixed(2), share(ms!), share(ownMs!)]];
        }),
      );
    },
  };
}

function addDifference(sums: Counters, before: Counters, after: Counters): void {
  for (const [name, values] of after) {
    const sum = sums.get(name);
    const from = before.get(name);
    const grown = values.map((value, at) => (sum?.[at] ?? 0) + value - (from?.[at] ?? 0));
    sums.set(name, grown);
  }
}

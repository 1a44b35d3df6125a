import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { openFiles } from "../processes.ts";
import type { RunningProduct } from "./product.ts";

/** Open files of the lasting processes, by pid. */
export type OpenFiles = Map<number, { name: string; count: number }>;

const settleMs = 20_000;
/** Connection pools and caches fill as they are used. */
const openFilesMore = 40;

export function countOpenFiles(product: RunningProduct): OpenFiles {
  const { web, orchestrator } = product.processes();
  const named = [
    ...web.map(({ pid }) => ({ pid, name: "web" })),
    ...orchestrator.map(({ pid }) => ({ pid, name: "orchestrator" })),
  ];
  return new Map(named.map(({ pid, name }) => [pid, { name, count: openFiles(pid).length }]));
}

/** What a drained product still holds, waited for while it tidies up. */
export async function leftoversOfDrained(
  product: RunningProduct,
  directory: string,
  baseline: OpenFiles,
): Promise<string[]> {
  const until = Date.now() + settleMs;
  for (;;) {
    const found = [
      ...livingSessions(product),
      ...directoriesOf(directory),
      ...(await rowsOf(product)),
      ...openFilesOf(product, baseline),
    ];
    if (found.length === 0 || Date.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What is left when nothing runs any more. */
export function leftoversOfStopped(directory: string): string[] {
  const locks = execFileSync("find", [join(directory, "repository/.git"), "-name", "*.lock"], { encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
  return [
    ...namesIn(join(directory, "tmp")).map((name) => `${name} is left in the directory for temporary files`),
    ...locks.map((path) => `the lock ${path} is left in the repository`),
  ];
}

function livingSessions(product: RunningProduct): string[] {
  const { wrapper, child } = product.processes();
  return [...wrapper, ...child].map(
    ({ pid, command }) => `process ${pid} of a session lives: ${command.slice(0, 120)}`,
  );
}

function directoriesOf(directory: string): string[] {
  return ["home", "second"].flatMap((home) =>
    namesIn(join(directory, home, "sessions")).map((name) => `the directory ${home}/sessions/${name} is left`),
  );
}

async function rowsOf(product: RunningProduct): Promise<string[]> {
  const { orchestrator, second } = product.processes();
  const client = new Client({ connectionString: product.databaseUrl });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ sandboxes: number; sessions: number; workers: number }>(`SELECT
      (SELECT count(*)::int FROM "Sandbox" WHERE "terminatedAt" IS NULL) AS sandboxes,
      (SELECT count(*)::int FROM "Session" WHERE status IN ('STARTING', 'RUNNING')) AS sessions,
      (SELECT count(*)::int FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()) AS workers`);
    const { sandboxes, sessions, workers } = rows[0]!;
    const living = orchestrator.length + second.length;
    return [
      ...(sandboxes > 0 ? [`${sandboxes} sandboxes are not ended by their rows`] : []),
      ...(sessions > 0 ? [`${sessions} sessions are live by their rows`] : []),
      ...(workers === living
        ? []
        : [
            `${workers} orchestrators hold a lease, ${living} run (${[...orchestrator, ...second].map(({ pid }) => pid).join(", ")})`,
          ]),
    ];
  } catch (thrown) {
    return [`the database cannot be asked: ${thrown instanceof Error ? thrown.message : thrown}`];
  } finally {
    await client.end().catch(() => {});
  }
}

function openFilesOf(product: RunningProduct, baseline: OpenFiles): string[] {
  const usual = Math.max(0, ...[...baseline.values()].map(({ count }) => count));
  return [...countOpenFiles(product)].flatMap(([pid, { name, count }]) => {
    const before = baseline.get(pid)?.count ?? usual;
    const inSessions = openFiles(pid).filter((path) => path.includes("/sessions/"));
    return [
      ...(count > before + openFilesMore
        ? [`the ${name} process has ${count} files open, at the beginning it had ${before}`]
        : []),
      ...inSessions.map((path) => `the ${name} process has ${path} open`),
    ];
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

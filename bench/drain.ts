// npm run bench -- drain [tasks] [completed]: drains a graph of `true` commands through the whole product, then again with
// many completed tasks in the table, and shows the plan of the claim. Needs a built product (npm run build).
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { eventually, startProduct } from "../e2e/product.ts";
import { startEmbedded } from "../server/database/embedded.ts";

const [tasks = 1000, completed = 20_000] = process.argv.slice(3).map(Number);
const home = mkdtempSync(join(tmpdir(), "runboard-bench-"));
const database = await startEmbedded({ directory: join(home, "database"), log: () => {} });
const client = new Client({ connectionString: database.url });
await client.connect();
await client.query("ALTER DATABASE runboard SET track_functions = 'pl'");
const product = await startProduct({ environment: { DATABASE_URL: database.url, RUNBOARD_DEMO: "off" } });
try {
  const empty = await drain("empty");
  await fill(completed);
  const full = await drain("full");
  console.log(`| completed tasks in the table | tasks drained | ms per task | turn of the engine, mean ms |`);
  console.log(`|---|---|---|---|`);
  for (const row of [empty, full])
    console.log(`| ${row.before} | ${tasks} | ${row.perTaskMs.toFixed(1)} | ${row.turnMs.toFixed(2)} |`);
  console.log(
    `\nratio full / empty: ${(full.perTaskMs / empty.perTaskMs).toFixed(2)}, of the turns: ${(full.turnMs / empty.turnMs).toFixed(2)}\n`,
  );
  await showPlan();
} finally {
  await client.end();
  await product.stop();
  await database.stop();
  rmSync(home, { recursive: true, force: true });
}

/** Layers of ten; each task waits for one of the layer before. */
async function drain(name: string) {
  const repository = mkdtempSync(join(home, "repository-"));
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=b", "-c", "user.email=b@localhost", ...args]);
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(repository, "a"), "a\n");
  git("add", "a");
  git("commit", "--quiet", "--message", "a");
  const project = (await product.api<{ id: string }>("POST", "/projects", { name, repoPath: repository })).body;
  const graph = Array.from({ length: tasks }, (_, n) => ({
    ref: `t${n}`,
    title: `t${n}`,
    status: "APPROVED",
    spec: { command: "true" },
    ...(n >= 10 ? { dependsOn: [`t${n - 10}`] } : {}),
  }));
  const before = Number((await client.query(`SELECT count(*) FROM "Task" WHERE status = 'COMPLETED'`)).rows[0].count);
  await product.api("POST", `/projects/${project.id}/tasks/batch`, { tasks: graph });
  const turnsBefore = await turns();
  const began = performance.now();
  await product.api("PATCH", `/projects/${project.id}/autonomous-execution`, { enabled: true });
  await eventually(async () => {
    const { rows } = await client.query(
      `SELECT 1 FROM "Task" WHERE "projectId" = $1 AND status <> 'COMPLETED' LIMIT 1`,
      [project.id],
    );
    return rows.length === 0;
  }, 900_000);
  const perTaskMs = (performance.now() - began) / tasks;
  const turnsAfter = await turns();
  return { before, perTaskMs, turnMs: (turnsAfter.ms - turnsBefore.ms) / (turnsAfter.calls - turnsBefore.calls) };
}

/** Calls and time of the function `step`, counted by PostgreSQL itself (track_functions). */
async function turns(): Promise<{ calls: number; ms: number }> {
  await client.query("SELECT pg_stat_clear_snapshot()");
  const { rows } = await client.query(`SELECT calls, total_time FROM pg_stat_user_functions WHERE funcname = 'step'`);
  return { calls: Number(rows[0]?.calls ?? 0), ms: Number(rows[0]?.total_time ?? 0) };
}

async function fill(count: number): Promise<void> {
  await client.query(`
    WITH p AS (SELECT id FROM "Project" ORDER BY "createdAt" LIMIT 1)
    INSERT INTO "Task" (id, "projectId", number, title, status, "createdBy")
    SELECT gen_random_uuid(), p.id, 1000000 + n, 'done ' || n, 'COMPLETED', '{"type":"system","id":"bench","name":"bench"}'
    FROM p, generate_series(1, ${count}) n`);
  await client.query("ANALYZE");
}

async function showPlan(): Promise<void> {
  const { rows } = await client.query(`
    EXPLAIN (COSTS OFF) SELECT q.id FROM "Task" q
    WHERE q."projectId" = (SELECT id FROM "Project" LIMIT 1) AND q.status = 'QUEUED' AND q."availableAt" IS NULL
      AND (q."openDependencies" = 0 OR q."isForced")
    ORDER BY q."queueRank", q.id LIMIT 5`);
  console.log("plan of the claim:");
  for (const row of rows) console.log(`  ${row["QUERY PLAN"]}`);
}

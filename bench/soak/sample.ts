import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { JudgedProduct } from "../../judge/judged-product.ts";
import { openFiles } from "../../judge/processes.ts";
import { call } from "../call.ts";
import { pssMb, treeOf } from "../process-tree.ts";

/** What is looked at, by its name; the part before the colon is the picture it belongs in. */
export type Sample = Record<string, number>;

/** Grow with the work that was done, and are meant to: the journal, and branches with what tasks left behind. */
const journal = "grows with the work: journal, MB";
const hundredBranches = "grows with the work: branches, hundreds";
export const growing: ReadonlySet<string> = new Set([journal, hundredBranches]);

const programs: Record<string, string> = {
  main: "main",
  web: "web",
  orchestrator: "orchestrator",
  "spawner-child": "helper",
};

export async function takeSample(product: JudgedProduct, projectId: string, repository: string): Promise<Sample> {
  const { counts } = await call<{ counts: Record<string, number> }>(product, "GET", `/projects/${projectId}`);
  return {
    ...ofProcesses(product),
    ...ofDisk(product, repository),
    "counts: tasks in the queue": counts.QUEUED!,
    ...(await ofDatabase(product)),
  };
}

/** Memory is PSS: what PostgreSQL's processes share counts once. */
function ofProcesses(product: JudgedProduct): Sample {
  const sample: Sample = {};
  for (const { pid, name } of treeOf(product.process.pid!)) {
    const known = programs[name];
    // A child of the helper bears its name until it has become what it was started for.
    if (known === undefined || `open files: ${known}` in sample) continue;
    sample[`memory, MB: ${known}`] = pssMb(pid);
    sample[`open files: ${known}`] = openFiles(pid).length;
  }
  sample["memory, MB: PostgreSQL"] = treeOf(product.databasePid).reduce((sum, { pid }) => sum + pssMb(pid), 0);
  return sample;
}

function ofDisk({ home }: JudgedProduct, repository: string): Sample {
  const branches = execFileSync("git", ["-C", repository, "for-each-ref", "refs/heads/"], { encoding: "utf8" });
  return {
    "counts: clones": readdirSync(join(home, "sessions")).length,
    [hundredBranches]: (branches.split("\n").length - 1) / 100,
  };
}

async function ofDatabase({ database }: JudgedProduct): Promise<Sample> {
  const connections = await database.query("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()");
  const tables = await database.query(`
    SELECT relname AS name, pg_total_relation_size(relid) / 1048576.0 AS mb FROM pg_stat_user_tables
    WHERE relname IN ('Event', 'Task', 'Session', 'Sandbox', 'LogChunk')`);
  const sizes = tables.rows.map(({ name, mb }) => [name === "Event" ? journal : `tables, MB: ${name}`, Number(mb)]);
  return { "counts: connections": Number(connections.rows[0].count), ...Object.fromEntries(sizes) };
}

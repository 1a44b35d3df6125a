import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type Product, startProduct } from "../e2e/product.ts";
import { db, switchDatabase } from "../lib/db.ts";
import { brokenInvariants, snapshot } from "../lib/testing/invariants.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { processesIn, send } from "./processes.ts";
import { rowDirectory } from "./tidy.ts";

/** The built product on a database of the judge's own, which looks at the tables past the product. */
export interface JudgedProduct extends Product {
  /** Goes with the product; for repositories and for what tasks write. */
  directory: string;
  database: Client;
  /** Where another host's orchestrator reaches it. */
  databaseUrl: string;
  /** The database server's process. */
  databasePid: number;
  stop(): Promise<void>;
}

/** What tasks of the judge and of the benches leave behind is looked for outside of their clones. */
export const asProcesses = { RUNBOARD_SANDBOX: "process" };

export async function startJudged(environment: Record<string, string> = {}): Promise<JudgedProduct> {
  const directory = mkdtempSync(join(tmpdir(), rowDirectory));
  const embedded = await startEmbedded({ directory: join(directory, "database"), log: () => {} });
  const product = await startProduct({
    home: join(directory, "home"),
    environment: { DATABASE_URL: embedded.url, RUNBOARD_DEMO: "off", ...asProcesses, ...environment },
  });
  const database = new Client({ connectionString: embedded.url });
  // A lost connection shows in the next query, whose row then ends in order.
  database.on("error", () => {});
  await database.connect();
  await switchDatabase(embedded.url);
  return {
    ...product,
    directory,
    database,
    databaseUrl: embedded.url,
    databasePid: embedded.pid,
    stop: async () => {
      await product.stop();
      await db().$disconnect();
      await database.end();
      await embedded.stop();
      // Sessions outlive the product, and nobody comes for these.
      for (const { pid } of processesIn(directory)) send(pid, "SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A project on a fresh repository with one commit. Answers its id. */
export async function newProject(
  { api, directory }: Pick<JudgedProduct, "api" | "directory">,
  name: string,
  settings: Record<string, unknown> = {},
): Promise<string> {
  const repository = join(directory, `repository-${name}`);
  mkdirSync(repository);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=judge", "-c", "user.email=judge@localhost", ...args]);
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(repository, "README.md"), `# ${name}\n`);
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  const made = await api<{ id: string }>("POST", "/projects", { name, repoPath: repository });
  if (made.status !== 201) throw new Error(`The project could not be made: ${JSON.stringify(made.body)}`);
  await api("PATCH", `/projects/${made.body.id}`, { settings });
  return made.body.id;
}

/** What is stored about a project and may not be so, in sentences. Nobody may write meanwhile. */
export const brokenIn = async (projectId: string): Promise<string[]> => brokenInvariants(await snapshot(projectId));

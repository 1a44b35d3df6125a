import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Spawner, startSpawner } from "../../server/sandbox/spawner/spawner.ts";
import { collect } from "../../server/sandbox/working-copy/collect-work.ts";
import { publish } from "../../server/sandbox/working-copy/publish-work.ts";
import { prepare } from "../../server/sandbox/working-copy/working-copy.ts";
import type { BenchOptions } from "../bench.ts";
import { medianOf, timed } from "../rounds.ts";
import type { Stage } from "../stage.ts";
import type { Grown } from "./against-first.ts";

/** What a session costs in git, in repositories that differ only in how many results they have: clone, a file, its commit, its branch. */
export async function resultsKept(stage: Stage, { isSmoke }: BenchOptions): Promise<Grown[]> {
  const spawner = await startSpawner();
  stage.atEnd(() => spawner.close());
  const [sizes, kept] = isSmoke ? [[2, 20], 1] : [[10, 1_000, 10_000], 20];
  return sizes.map((results) => {
    const repository = repositoryWith(join(stage.directory, `results-${results}`), results);
    return {
      name: `after ${results.toLocaleString("en")} results`,
      figure: () => medianOf(kept, () => timed(() => keepOne(spawner, repository))),
    };
  });
}

/** Results as they come to be: a commit with a file of its own and a branch each, none of it packed. */
function repositoryWith(directory: string, results: number): string {
  mkdirSync(directory);
  const git = (args: string[], input = "") => execFileSync("git", args, { cwd: directory, input, encoding: "utf8" });
  git(["init", "-q", "-b", "main"]);
  const commit = (branch: string, from: string, file: string) =>
    `commit refs/heads/${branch}\ncommitter a <a@localhost> 0 +0000\ndata 0\n${from}M 644 inline ${file}\ndata ${file.length}\n${file}\n\n`;
  const one = (n: number) => commit(`runboard/PAST-${n}/a1`, "from refs/heads/main\n", `file-${n}`);
  const past = Array.from({ length: results }, (_, n) => one(n)).join("");
  git(["-c", "fastimport.unpackLimit=1000000", "fast-import", "--quiet"], commit("main", "", "README") + past);
  return join(directory, ".git");
}

let last = 0;

async function keepOne(spawner: Spawner, gitDir: string): Promise<void> {
  const number = ++last;
  const directory = join(mkdtempSync(join(gitDir, "../session-")), "work");
  const request = { gitDir, directory, baseBranch: "main", mergeCommits: [], branch: `runboard/NEW-${number}/a1` };
  const { startCommit } = await prepare(spawner, request);
  writeFileSync(join(directory, "new"), `${number}\n`);
  const author = { name: "a", email: "a@localhost" };
  const { commit } = await collect(spawner, { ...request, startCommit, message: "new", author });
  await publish(spawner, { ...request, commit: commit!, expected: null });
}

import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { owner, system } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { invoke } from "@/lib/invoke.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { createProject } from "@/lib/project/project.ts";
import { demoFiles } from "@/prisma/demo-files.ts";

/** The demo's graph: what each card runs, and what it waits for. */
const demoTasks = [
  {
    ref: "collect",
    title: "Collect the words of the poem",
    description: "Reads `poem.txt` and writes `data/words.json`.",
    args: ["scripts/collect.mjs"],
  },
  {
    ref: "count",
    title: "Count them",
    description: "Writes `data/counts.json`, the most frequent word first.",
    args: ["scripts/count.mjs"],
    dependsOn: ["collect"],
  },
  {
    ref: "draw",
    title: "Draw the chart",
    description: "Draws `dist/chart.svg` from the counts. Watch the progress bar in **Logs**.",
    args: ["scripts/draw.mjs"],
    dependsOn: ["count"],
  },
  {
    ref: "test",
    title: "Run the tests",
    description: "`node --test` over the counting. Runs beside the others: it waits for nothing.",
    args: ["--test", "test/words.test.mjs"],
    tags: ["test"],
  },
  {
    ref: "page",
    title: "Write the page",
    description:
      "Puts poem and chart into `dist/index.html`. Starts from the merged results of the cards it waits for.",
    args: ["scripts/page.mjs"],
    dependsOn: ["draw", "test"],
  },
  {
    ref: "look",
    title: "Show what was built",
    description:
      "Lists the files and the history. Look at the page with `git show runboard/DEMO-6/a1:dist/index.html`.",
    command: "sh",
    args: [
      "-c",
      "git log --oneline --graph -12 && ls -l dist && echo && echo 'Built by six cards.' | tee dist/built.txt",
    ],
    dependsOn: ["page"],
    tags: ["result"],
  },
];

/** How the seeding runs git: resolves when it succeeded. */
export type RunGit = (args: string[], directory: string) => Promise<unknown>;

/** At the very first start: a real repository and a graph of real commands to press Start Processing on. */
export async function seedDemo(runGit: RunGit): Promise<void> {
  if ((await db().project.count()) > 0) return;
  await makeRepository(runGit);
  const facts = {
    ok: true,
    code: null,
    message: null,
    gitDir: join(home.demo, ".git"),
    defaultBranch: "main",
    branches: ["main"],
    headCommit: null,
    isClean: true,
    isWritable: true,
  };
  const project = await inJournaledTransaction((tx) =>
    createProject(
      tx,
      { name: "Demo: a poem, counted", key: "DEMO", repoPath: home.demo, isDemo: true },
      { facts, actor: system },
    ),
  );
  const tasks = demoTasks.map(({ command = "node", args, ...task }) => ({
    ...task,
    status: "APPROVED",
    type: "cli",
    spec: { command, args },
  }));
  await invoke("task", "createBatch", { projectId: project.id, tasks }, { caller: owner });
}

async function makeRepository(runGit: RunGit): Promise<void> {
  await rm(home.demo, { recursive: true, force: true });
  for (const [name, text] of Object.entries(demoFiles)) {
    const path = join(home.demo, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(path, text);
  }
  await runGit(["init", "--quiet", "--initial-branch=main", "--template=", home.demo], home.demo);
  await runGit(["add", "--all"], home.demo);
  await runGit(["commit", "--quiet", "--no-verify", "--message", "A poem, and scripts that count it"], home.demo);
}

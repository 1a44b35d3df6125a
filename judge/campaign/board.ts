import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { askUntilAnswered } from "./client.ts";
import { type PlannedTask, witnessArguments } from "./graph.ts";
import type { RunningProduct } from "./product.ts";
import type { RunPlan } from "./run-plan.ts";

/** The project of a run and what the judge knows of its tasks. */
export interface Board {
  projectId: string;
  key: string;
  repository: string;
  witnessFile: string;
  script: string;
  tasks: BoardTask[];
}

export interface BoardTask extends PlannedTask {
  id: string;
  /** As the witnesses call it: J-12. */
  key: string;
}

const batchMax = 2000;
const namedAtCreationMax = 1000;

/** Makes repository, project and graph through the public API. Nothing runs yet. */
export async function createBoard(product: RunningProduct, plan: RunPlan, directory: string): Promise<Board> {
  const repository = makeRepository(join(directory, "repository"));
  const witnessFile = join(directory, "witness");
  const script = join(directory, "witness.sh");
  await askUntilAnswered(product, {
    method: "PATCH",
    path: "/config",
    body: {
      values: { retryBaseMs: 100, retryCapMs: 400, maxQueueSize: 100_000, failedWorkingCopyRetentionSeconds: 0 },
    },
  });
  const project = await askUntilAnswered<{ id: string; key: string }>(product, {
    method: "POST",
    path: "/projects",
    body: { name: "Judged", key: "JU", repoPath: repository },
    key: "the-project",
  });
  await askUntilAnswered(product, {
    method: "PATCH",
    path: `/projects/${project.id}`,
    body: { settings: { maxConcurrentSessions: plan.sessionLimit }, version: 1 },
  });
  const board = { projectId: project.id, key: project.key, repository, witnessFile, script, tasks: [] as BoardTask[] };
  const modeOf = new Map(plan.tasks.map(({ ref, mode }) => [ref, mode]));
  const ids = new Map<string, string>();
  for (let from = 0; from < plan.tasks.length; from += batchMax) {
    const part = plan.tasks.slice(from, from + batchMax);
    const local = new Set(part.map(({ ref }) => ref));
    const { items } = await askUntilAnswered<{ items: { ref: string; id: string; key: string }[] }>(product, {
      method: "POST",
      path: `/projects/${project.id}/tasks/batch`,
      key: `batch-${from}`,
      body: {
        tasks: part.map((task) => ({
          ref: task.ref,
          title: task.ref,
          status: "APPROVED",
          priority: task.priority,
          spec: { command: "sh", args: [script, ...witnessArguments(task, modeOf, witnessFile)] },
          dependsOn: task.dependsOn.slice(0, namedAtCreationMax).map((ref) => (local.has(ref) ? ref : ids.get(ref)!)),
        })),
      },
    });
    items.forEach(({ id, key }, index) => {
      ids.set(part[index]!.ref, id);
      board.tasks.push({ ...part[index]!, id, key });
    });
  }
  for (const task of board.tasks)
    for (const ref of task.dependsOn.slice(namedAtCreationMax))
      await askUntilAnswered(product, { method: "PUT", path: `/tasks/${task.id}/dependencies/${ids.get(ref)}` });
  return board;
}

function makeRepository(directory: string): string {
  mkdirSync(directory);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", directory, "-c", "user.name=judge", "-c", "user.email=judge@localhost", ...args]);
  git("init", "--quiet", "--initial-branch=main");
  writeFileSync(join(directory, "README.md"), "# judged\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "first");
  return directory;
}

// npm run bench -- latency [rounds]: request → RUNNING at a socket client, and completion → the dependent's process started,
// through the whole product. Needs a built product.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io } from "socket.io-client";
import { eventually, startProduct } from "../e2e/product.ts";

interface Event {
  type: string;
  entityId: string;
  at: string;
  payload: { to?: string; taskId?: string };
}

const [rounds = 100] = process.argv.slice(3).map(Number);
const repository = mkdtempSync(join(tmpdir(), "runboard-bench-repository-"));
const git = (...args: string[]) =>
  execFileSync("git", ["-C", repository, "-c", "user.name=b", "-c", "user.email=b@localhost", ...args]);
git("init", "--quiet", "--initial-branch=main");
writeFileSync(join(repository, "a"), "a\n");
git("add", "a");
git("commit", "--quiet", "--message", "a");

const product = await startProduct({ environment: { RUNBOARD_DEMO: "off" } });
try {
  const project = (await product.api<{ id: string }>("POST", "/projects", { name: "Latency", repoPath: repository }))
    .body;
  const socket = io(product.url, { auth: { token: product.token }, transports: ["websocket"] });
  await new Promise<void>((resolve) => socket.emit("subscribe", { projectId: project.id }, () => resolve()));
  console.log("| from → to | p50, ms | p99, ms | max, ms |\n|---|---|---|---|");
  report("POST create-and-start → RUNNING at a socket client", await requests(project.id, socket));
  report("completion journaled → dependent's process started", await chain(project.id));
  socket.close();
} finally {
  await product.stop();
  rmSync(repository, { recursive: true, force: true });
}

async function requests(projectId: string, socket: ReturnType<typeof io>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const began = performance.now();
    const ended = new Promise<void>((resolve) => {
      socket.on("TASK_STATUS_CHANGED", function seen({ payload }: Event) {
        if (payload.to === "RUNNING") times.push(performance.now() - began);
        if (payload.to !== "COMPLETED") return;
        socket.off("TASK_STATUS_CHANGED", seen);
        resolve();
      });
    });
    await product.api("POST", "/tasks/create-and-start", { projectId, title: "true" });
    await ended;
  }
  return times;
}

/** By the journal's own clock: TASK_COMPLETED of one, SESSION_STARTED of the next. */
async function chain(projectId: string): Promise<number[]> {
  const tasks = Array.from({ length: rounds }, (_, n) => ({
    ref: `${n}`,
    title: `link ${n}`,
    status: "APPROVED",
    spec: { command: "true" },
    ...(n > 0 ? { dependsOn: [`${n - 1}`] } : {}),
  }));
  const { body } = await product.api<{ items: { id: string }[] }>("POST", `/projects/${projectId}/tasks/batch`, {
    tasks,
  });
  await product.api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true });
  const last = body.items.at(-1)!.id;
  await eventually(
    async () => (await product.api<{ status: string }>("GET", `/tasks/${last}`)).body.status === "COMPLETED",
    300_000,
  );
  const completed = new Map<string, number>();
  const started = new Map<string, number>();
  for (let after = 0; ; after += 200) {
    const page = await product.api<{ items: Event[] }>("GET", `/projects/${projectId}/events?after=${after}&limit=200`);
    for (const { type, entityId, at, payload } of page.body.items) {
      if (type === "TASK_COMPLETED") completed.set(entityId, Date.parse(at));
      if (type === "SESSION_STARTED") started.set(payload.taskId!, Date.parse(at));
    }
    if (page.body.items.length < 200) break;
  }
  return body.items.slice(1).map(({ id }, index) => started.get(id)! - completed.get(body.items[index]!.id)!);
}

function report(name: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(1);
  console.log(`| ${name} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`);
}

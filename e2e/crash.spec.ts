import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "@playwright/test";
import { childPid } from "./child-pid.ts";
import { eventually, type Product, startProduct } from "./product.ts";
import { freshRepository } from "./repository.ts";

interface Task {
  id: string;
  status: string;
  attempts: number;
  session: { id: string } | null;
}
interface LogPage {
  items: { text: string }[];
  nextOffset: number;
  isComplete: boolean;
}

let product: Product;
test.beforeAll(async () => {
  product = await startProduct();
});
test.afterAll(async () => {
  await product.stop();
});

const getTask = async (id: string) => (await product.api<Task>("GET", `/tasks/${id}`)).body;
const allCompleted = (ids: string[]) =>
  eventually(async () => {
    const tasks = await Promise.all(ids.map(getTask));
    return tasks.every(({ status }) => status === "COMPLETED") && tasks;
  }, 60_000);

const pidOf = (marker: string) => childPid(product, marker);

async function startCounters(count: number): Promise<{ ids: string[]; witness: string }> {
  const repository = freshRepository();
  const witness = join(repository, "..", `ticks-${Date.now()}`);
  const project = (
    await product.api<{ id: string }>("POST", "/projects", { name: `Crash ${Date.now()}`, repoPath: repository })
  ).body;
  const line = `echo run >> ${witness}.$RUNBOARD_TASK_KEY; for i in $(seq 1 40); do echo "line $i"; sleep 0.1; done`;
  const started = await Promise.all(
    Array.from({ length: count }, (_, n) =>
      product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
        projectId: project.id,
        title: `counter ${n}`,
        spec: { command: "sh", args: ["-c", line] },
      }),
    ),
  );
  const ids = started.map(({ body }) => body.task.id);
  // RUNNING is said at the claim; the command itself says when it runs.
  const running = () => readdirSync(dirname(witness)).filter((name) => name.startsWith(`${basename(witness)}.`));
  await eventually(async () => running().length === count);
  return { ids, witness };
}

async function wholeLog(sessionId: string): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const { body } = await product.api<LogPage>("GET", `/sessions/${sessionId}/logs?after=${after}&waitSeconds=5`);
    text += body.items.map((item) => item.text).join("");
    after = body.nextOffset;
    if (body.isComplete) return text;
  }
}

test("kill -9 of the orchestrator while five tasks run: all are adopted, none runs twice, no line is lost", async () => {
  const { ids, witness } = await startCounters(5);
  const before = pidOf("/orchestrator.");
  process.kill(before!, "SIGKILL");
  const tasks = await allCompleted(ids);
  expect(tasks.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1, 1]);
  const after = await eventually(async () => pidOf("/orchestrator."));
  expect(after).not.toBe(before);
  const expected = Array.from({ length: 40 }, (_, n) => `line ${n + 1}\n`).join("");
  for (const id of ids) {
    const { body } = await product.api<{ items: { id: string; taskKey: string }[] }>("GET", `/sessions?taskId=${id}`);
    expect(body.items).toHaveLength(1);
    expect(await wholeLog(body.items[0]!.id)).toBe(expected);
    expect(readFileSync(`${witness}.${body.items[0]!.taskKey}`, "utf8")).toBe("run\n");
  }
});

test("kill -9 of the database: nothing acknowledged is lost and everything comes back by itself", async () => {
  const { ids } = await startCounters(3);
  const acknowledged = (
    await product.api<{ id: string }>("POST", "/projects", { name: "Kept", repoPath: freshRepository() })
  ).body.id;
  process.kill(pidOf("postgres")!, "SIGKILL");
  await eventually(async () => {
    const answer = await product.api("GET", `/projects/${acknowledged}`).catch(() => null);
    return answer?.status === 200;
  });
  const tasks = await allCompleted(ids);
  expect(tasks.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  const ready = await eventually(async () => (await fetch(`${product.url}/api/health/ready`)).ok);
  expect(ready).toBe(true);
});

test("cancel ends the whole tree, also what detached itself", async () => {
  const repository = freshRepository();
  const project = (await product.api<{ id: string }>("POST", "/projects", { name: "Trees", repoPath: repository }))
    .body;
  const marker = `runboard-tree-${Date.now()}`;
  const line = `setsid sh -c 'exec -a ${marker} sleep 300' & (trap '' TERM; sleep 301) & sh -c 'sleep 302 & exit 0'; wait`;
  const started = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    projectId: project.id,
    title: "a tree",
    spec: { command: "bash", args: ["-c", line.replace("sh -c 'exec", "bash -c 'exec")] },
  });
  const { id } = started.body.task;
  const session = await eventually(async () => (await getTask(id)).session);
  const living = () =>
    readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, "utf8").includes(`RUNBOARD_SESSION=${session.id}`);
        } catch {
          return false;
        }
      });
  await eventually(async () => living().length >= 4);
  await product.api("POST", `/sessions/${session.id}/cancel`);
  expect((await getTask(id)).status).toBe("CANCELLED");
  await eventually(async () => living().length === 0);
});

test("kill -9 of everything: the next start adopts what runs", async () => {
  const { ids } = await startCounters(2);
  const pids = [pidOf("/orchestrator."), pidOf("/web."), pidOf("postgres")].filter((pid) => pid !== null);
  const gone = new Promise((resolve) => product.process.once("exit", resolve));
  for (const pid of [product.process.pid!, ...pids]) process.kill(pid, "SIGKILL");
  await gone;
  const { home } = product;
  const port = Number(new URL(product.url).port);
  const again = await startProduct({ home, port });
  product = { ...again, stop: again.stop };
  const tasks = await allCompleted(ids);
  expect(tasks.map(({ attempts }) => attempts)).toEqual([1, 1]);
});

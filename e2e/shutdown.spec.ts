import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { eventually, type Product, startProduct } from "./product.ts";
import { freshRepository } from "./repository.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

interface Task {
  id: string;
  status: string;
  attempts: number;
}

const exitOf = (product: Product) => new Promise<number | null>((resolve) => product.process.once("exit", resolve));

/** It is told by a file outside of its clone. */
const environment = { RUNBOARD_SANDBOX: "process" };

/** A command that says when it starts and ends when it is told to. */
async function startWaiting(product: Product): Promise<{ id: string; finish(): void; isRunning(): boolean }> {
  const directory = temporaryDirectory("waiting");
  const [started, go] = [join(directory, "started"), join(directory, "go")];
  const script = `echo x >> ${started}; until [ -e ${go} ]; do sleep 0.05; done`;
  const project = await product.api<{ id: string }>("POST", "/projects", {
    name: `Waiting ${Date.now()}`,
    repoPath: freshRepository(),
  });
  const { body } = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    projectId: project.body.id,
    title: "waits to be told",
    spec: { command: "sh", args: ["-c", script] },
  });
  await eventually(async () => existsSync(started));
  return {
    id: body.task.id,
    finish: () => writeFileSync(go, ""),
    isRunning: () => readFileSync(started, "utf8") === "x\n",
  };
}

test("asked to stop, it claims nothing more, leaves what runs alone, and the next start takes it up", async () => {
  const product = await startProduct({ environment });
  const waiting = await startWaiting(product);
  const exited = exitOf(product);
  product.process.kill("SIGTERM");
  expect(await exited).toBe(0);
  waiting.finish();
  const next = await startProduct({ home: product.home, environment });
  const done = await eventually(async () => {
    const { body } = await next.api<Task>("GET", `/tasks/${waiting.id}`);
    return body.status === "COMPLETED" && body;
  });
  expect(done.attempts).toBe(1);
  expect(waiting.isRunning()).toBe(true);
  await next.stop();
});

test("told to drain, it says it is not ready, answers reads, starts nothing new and ends with its last task", async () => {
  const product = await startProduct({
    environment: { ...environment, RUNBOARD_DRAIN: "on", RUNBOARD_GRACE_MS: "500" },
  });
  const waiting = await startWaiting(product);
  const exited = exitOf(product);
  product.process.kill("SIGTERM");
  const ready = await eventually(async () => {
    const answer = await fetch(`${product.url}/api/health/ready`);
    return answer.status === 503 && ((await answer.json()) as { reason: string });
  });
  expect(ready.reason).toContain("is stopping");
  const later = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", { title: "true" });
  expect(later.status).toBe(201);
  waiting.finish();
  const ended = await eventually(async () => {
    const answer = await product.api<Task>("GET", `/tasks/${waiting.id}`).catch(() => null);
    return answer === null ? "gone" : answer.body.status === "COMPLETED" && "completed";
  });
  expect(["completed", "gone"]).toContain(ended);
  expect(await exited).toBe(0);

  const next = await startProduct({ home: product.home, environment });
  expect((await next.api<Task>("GET", `/tasks/${waiting.id}`)).body).toMatchObject({
    status: "COMPLETED",
    attempts: 1,
  });
  await eventually(
    async () => (await next.api<Task>("GET", `/tasks/${later.body.task.id}`)).body.status === "COMPLETED",
  );
  expect((await next.api<Task>("GET", `/tasks/${later.body.task.id}`)).body.attempts).toBe(1);
  await next.stop();
});

import { expect, it } from "vitest";
import type { Session } from "@/lib/session/schema.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

it("only the commit of a success is built upon; that of a failed attempt stands in its session", async () => {
  const { id: projectId } = await newProject();
  const worker = await newWorker();
  await call("config", "update", { values: { retryBaseMs: 0 } });
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const first = (await worker.step()).claims[0]!;
  const failed = reportOf(first, {
    taskVerb: "retry",
    sessionVerb: "fail",
    delayMs: 0,
    failures: 1,
    resultCommit: "bad",
  });
  await worker.step([failed], 0);
  expect(await call("task", "get", { taskId: task.id })).toMatchObject({ resultCommit: null, resultBranch: null });

  const second = (await worker.step()).claims[0]!;
  await worker.step([reportOf(second, { resultCommit: "good" })], 0);
  expect(await call("task", "get", { taskId: task.id })).toMatchObject({
    status: "COMPLETED",
    resultCommit: "good",
    resultBranch: second.branch,
  });
  const { items } = await call<{ items: Session[] }>("session", "list", { taskId: task.id });
  expect(items.map(({ resultCommit }) => resultCommit)).toEqual(["good", "bad"]);
});

it("work found after a session reported itself is recorded with what it completed", async () => {
  const { id: projectId } = await newProject();
  const worker = await newWorker();
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const claim = (await worker.step()).claims[0]!;
  await worker.step([{ ...reportOf(claim), terminated: false }], 0);
  const { sandboxId, taskId, actor } = reportOf(claim);
  await worker.step([{ sandboxId, taskId, actor, terminated: true, resultCommit: "late" }], 0);
  expect(await call("task", "get", { taskId })).toMatchObject({
    status: "COMPLETED",
    resultCommit: "late",
    resultBranch: claim.branch,
  });
});

it.each([
  ["cancelled", async (taskId: string) => void (await call("task", "cancel", { taskId }))],
  ["succeeded, before the task was opened again", async () => {}],
])("work of an attempt that was %s is not the result of what a person completed by hand", async (_, first) => {
  const { id: projectId } = await newProject();
  const worker = await newWorker();
  const { id: taskId } = await newTask(projectId);
  await call("task", "queue", { taskId });
  const claim = (await worker.step()).claims[0]!;
  await first(taskId);
  const { sandboxId, actor } = reportOf(claim);
  await worker.step([{ ...reportOf(claim), terminated: false }], 0);
  await call("task", "reopen", { taskId });
  await call("task", "complete", { taskId });
  await worker.step([{ sandboxId, taskId, actor, terminated: true, resultCommit: "late" }], 0);
  expect(await call("task", "get", { taskId })).toMatchObject({ status: "COMPLETED", resultCommit: null });
  const { items } = await call<{ items: Session[] }>("session", "list", { taskId });
  expect(items.map(({ resultCommit }) => resultCommit)).toEqual(["late"]);
});

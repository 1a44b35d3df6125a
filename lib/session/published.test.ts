import { beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { Reason } from "@/lib/task/schema.ts";
import {
  call,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  reportOf,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const commit = "a".repeat(40);
let projectId: string;
let worker: TestWorker;
beforeEach(async () => {
  await quiet();
  projectId = (await newProject()).id;
  worker = await newWorker();
});

const sandboxOf = ({ sandboxId, sessionId, key }: Claim): Caller => ({
  actor: { type: "session", id: sessionId, name: key },
  sandboxId,
});
const reportSuccess = (claim: Claim) =>
  call("sandbox", "taskComplete", { sandboxId: claim.sandboxId, taskId: claim.taskId }, { caller: sandboxOf(claim) });
const reasonsOf = async (taskId: string) =>
  (await call<{ reasons: Reason[] }>("task", "explain", { taskId })).reasons.map(({ code }) => code);

/** A task that has reported its success itself while its processes live, and one that waits for it and is queued. */
async function reported() {
  const first = await newTask(projectId);
  const second = await newTask(projectId, { dependsOn: [first.id] });
  await call("task", "queue", { taskId: first.id });
  const [claim] = (await worker.step()).claims;
  await reportSuccess(claim!);
  await call("task", "queue", { taskId: second.id });
  return { claim: claim!, secondId: second.id };
}

describe("a task whose dependency has reported its success itself", () => {
  it("begins when the work is stored, and with it; until then its card says so", async () => {
    const { claim, secondId } = await reported();
    expect((await worker.step()).claims).toEqual([]);
    expect(await reasonsOf(secondId)).toEqual(["CLEANING_UP", "QUEUE_POSITION"]);
    const { sandboxId, taskId } = claim;
    const gone = { sandboxId, taskId, terminated: true, resultCommit: commit, actor: reportOf(claim).actor };
    expect((await worker.step([gone])).claims).toMatchObject([{ taskId: secondId, dependencyCommits: [commit] }]);
  });

  it("begins all the same when there was nothing to store", async () => {
    const { claim, secondId } = await reported();
    const { sandboxId, taskId } = claim;
    const gone = { sandboxId, taskId, terminated: true, actor: reportOf(claim).actor };
    expect((await worker.step([gone])).claims).toMatchObject([{ taskId: secondId, dependencyCommits: [] }]);
  });

  it("is not held by a dependency that still runs, where a person forced it", async () => {
    const first = await newTask(projectId);
    const second = await newTask(projectId, { dependsOn: [first.id] });
    await call("task", "queue", { taskId: first.id });
    await worker.step();
    await call("task", "queue", { taskId: second.id, force: true });
    expect((await worker.step()).claims).toMatchObject([{ taskId: second.id }]);
  });
});

it("the commit of a success that was reported before is kept, though its end is told as if it had not been", async () => {
  const { claim } = await reported();
  const late = { ...reportOf(claim), workerId: worker.id, resultCommit: commit };
  expect((await worker.step([late], 0)).answers).toMatchObject([{ accepted: false, code: "STALE_ATTEMPT" }]);
  const task = await db().task.findUniqueOrThrow({ where: { id: claim.taskId } });
  expect(task).toMatchObject({ status: "COMPLETED", resultCommit: commit, resultBranch: claim.branch });
  expect(await db().session.findUniqueOrThrow({ where: { id: claim.sessionId } })).toMatchObject({
    status: "SUCCEEDED",
    resultCommit: commit,
  });
});

it("a commit that another orchestrator tells of, or of another generation, is not taken", async () => {
  const { claim } = await reported();
  const other = await newWorker();
  await worker.step([{ ...reportOf(claim), workerId: other.id, resultCommit: commit }], 0);
  expect((await db().task.findUniqueOrThrow({ where: { id: claim.taskId } })).resultCommit).toBeNull();
});

describe("where reviews are bounded", () => {
  it("no more is begun than may come into review, and the card says so", async () => {
    const settings = { requireReview: true, maxInReview: 2 };
    await call("project", "update", { projectId, settings });
    const tasks = [await newTask(projectId), await newTask(projectId), await newTask(projectId)];
    for (const { id } of tasks) await call("task", "queue", { taskId: id });
    const { claims } = await worker.step();
    expect(claims.map(({ taskId }) => taskId)).toEqual([tasks[0]!.id, tasks[1]!.id]);
    await worker.step(claims.map((claim) => reportOf(claim)));
    expect((await call("task", "get", { taskId: tasks[0]!.id })).status).toBe("REVIEW");
    expect(await reasonsOf(tasks[2]!.id)).toEqual(["REVIEW_BACKPRESSURE", "QUEUE_POSITION"]);
    await call("task", "accept", { taskId: tasks[0]!.id });
    expect((await worker.step()).claims).toMatchObject([{ taskId: tasks[2]!.id }]);
  });
});

describe("a project by URL", () => {
  it("is run by the machine that began, until that has been silent for ten minutes", async () => {
    await db().project.update({ where: { id: projectId }, data: { repoUrl: "https://forge.example/a.git" } });
    const elsewhere = await newWorker();
    const queued = async () => {
      const { id } = await newTask(projectId);
      await call("task", "queue", { taskId: id });
      return id;
    };
    const first = await queued();
    expect((await worker.step()).claims).toMatchObject([{ taskId: first }]);
    const second = await queued();
    expect((await elsewhere.step()).claims).toEqual([]);
    expect((await worker.step()).claims).toMatchObject([{ taskId: second }]);
    const third = await queued();
    await db().worker.update({
      where: { id: worker.id },
      data: { stoppedAt: new Date(), leaseUntil: new Date(Date.now() - 60_000) },
    });
    expect((await elsewhere.step()).claims).toEqual([]);
    expect(await reasonsOf(third)).toEqual(["NO_WORKER", "QUEUE_POSITION"]);
    await db().worker.update({ where: { id: worker.id }, data: { leaseUntil: new Date(Date.now() - 601_000) } });
    expect(await reasonsOf(third)).toEqual(["QUEUE_POSITION"]);
    expect((await elsewhere.step()).claims).toMatchObject([{ taskId: third }]);
  });

  it("a repository on disk is run by any machine", async () => {
    const elsewhere = await newWorker();
    for (const one of [worker, elsewhere]) {
      const { id } = await newTask(projectId);
      await call("task", "queue", { taskId: id });
      expect((await one.step([], 1)).claims).toMatchObject([{ taskId: id }]);
    }
  });
});

it("what is queued and waits for others again does not count as waiting, until it could start", async () => {
  const first = await newTask(projectId);
  const second = await newTask(projectId, { dependsOn: [first.id] });
  await call("task", "complete", { taskId: first.id });
  await call("task", "queue", { taskId: second.id });
  const [claim] = (await worker.step()).claims;
  await call("task", "reopen", { taskId: first.id });
  const retry = { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", delayMs: 60_000, failures: 1 } as const;
  await worker.step([reportOf(claim!, retry)], 0);
  const waitingSince = async () => (await db().task.findUniqueOrThrow({ where: { id: second.id } })).waitingSince;
  expect(await waitingSince()).toBeNull();
  const before = new Date(Date.now() + 59_000);
  await call("task", "complete", { taskId: first.id });
  expect((await waitingSince())!.getTime()).toBeGreaterThan(before.getTime() - 10_000);
});

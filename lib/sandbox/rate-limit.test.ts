import { beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { maxWaits } from "@/lib/session/retry.ts";
import type { Claim } from "@/lib/session/settle.ts";
import {
  call,
  eventsOf,
  inputSchemaOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  refusal,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

const sandboxOf = (claim: Claim): Caller => ({
  actor: { type: "session", id: claim.sessionId, name: `${claim.key} attempt ${claim.attempt}` },
  sandboxId: claim.sandboxId,
});
const report = (claim: Claim, said: object) =>
  call<{ newStatus: string }>(
    "sandbox",
    "taskComplete",
    { sandboxId: claim.sandboxId, taskId: claim.taskId, success: false, ...said },
    { caller: sandboxOf(claim) },
  );
const get = (taskId: string) => call("task", "get", { taskId });

async function running(task: object = {}) {
  const project = await newProject();
  const worker = await newWorker();
  const { id } = await newTask(project.id, task);
  await call("task", "queue", { taskId: id });
  const [claim] = (await worker.step()).claims;
  return { project, worker, taskId: id, claim: claim! };
}

/** The sandbox is gone and the delay is over: the next attempt. */
async function nextAttempt(worker: TestWorker, { sandboxId, taskId, ...claim }: Claim): Promise<Claim> {
  await db().$executeRaw`UPDATE "Task" SET "availableAt" = clock_timestamp() WHERE id = ${taskId}::uuid`;
  const actor = { type: "session" as const, id: claim.sessionId, name: claim.key };
  const { claims } = await worker.step([{ sandboxId, taskId, terminated: true, actor }]);
  return claims.find((one) => one.taskId === taskId)!;
}

describe("a sandbox whose provider asked to wait", () => {
  it("is tried again at that time, not before, and nothing counts", async () => {
    const { taskId, claim } = await running({ maxAttempts: 1 });
    const until = new Date(Date.now() + 3_600_000);
    const answer = await report(claim, { rateLimitedUntil: until.toISOString(), errorMessage: "429" });
    expect(answer.newStatus).toBe("QUEUED");

    const task = await get(taskId);
    expect(task).toMatchObject({
      status: "QUEUED",
      statusReason: "RATE_LIMITED",
      failures: 0,
      losses: 0,
      lastError: "429",
    });
    expect(Math.abs(Date.parse(task.availableAt!) - until.getTime())).toBeLessThan(2000);
    expect(await call("session", "get", { sessionId: claim.sessionId })).toMatchObject({
      status: "FAILED",
      reason: "RATE_LIMITED",
      message: "429",
      nextAttemptAt: task.availableAt,
    });
  });

  it("delays its own task alone: no other of its type waits, whatever time it names", async () => {
    const { project, worker, claim } = await running();
    await report(claim, {
      retryAfterSeconds: 86_400,
      rateLimitedUntil: new Date(Date.now() + 3_600_000).toISOString(),
    });
    expect(await db().agentPause.count()).toBe(0);
    expect((await eventsOf(project.id)).filter(({ type }) => type === "AGENT_PAUSED")).toEqual([]);

    const others = [await newTask(project.id), await newTask((await newProject()).id)];
    for (const { id } of others) await call("task", "queue", { taskId: id });
    const { claims } = await worker.step();
    expect(claims.map(({ taskId }) => taskId).sort()).toEqual(others.map(({ id }) => id).sort());
  });

  it("may say for how long instead, and the same report again gets the same answer", async () => {
    const { project, taskId, claim } = await running();
    const said = { retryAfterSeconds: 120 };
    const first = await report(claim, said);
    const dueInMs = Date.parse((await get(taskId)).availableAt!) - Date.now();
    expect(dueInMs).toBeGreaterThan(115_000);
    expect(dueInMs).toBeLessThanOrEqual(120_000);
    const events = await eventsOf(project.id);
    expect(await report(claim, said)).toEqual(first);
    await refusal(report(claim, { retryAfterSeconds: 121 }), "STALE_ATTEMPT");
    expect(await eventsOf(project.id)).toEqual(events);
  });

  it("cannot have succeeded", async () => {
    const { claim } = await running();
    const said = { sandboxId: claim.sandboxId, taskId: claim.taskId, success: true, retryAfterSeconds: 1 };
    const parsed = inputSchemaOf("sandbox", "taskComplete").safeParse(said);
    expect(parsed.error?.issues).toMatchObject([{ path: ["success"] }]);
  });

  it("fails the task at the twenty-first time in a row, and a person who tries again has all of them again", async () => {
    const { project, worker, taskId, claim } = await running();
    let current = claim;
    for (let time = 1; time <= maxWaits; time++) {
      expect((await report(current, { retryAfterSeconds: 1 })).newStatus).toBe("QUEUED");
      current = await nextAttempt(worker, current);
    }
    expect(current.attempt).toBe(maxWaits + 1);
    expect((await report(current, { retryAfterSeconds: 1 })).newStatus).toBe("FAILED");
    expect(await get(taskId)).toMatchObject({ statusReason: "WAITED_TOO_OFTEN", failures: 0, losses: 0 });
    const failed = (await eventsOf(project.id)).filter(({ type }) => type === "TASK_FAILED");
    expect(failed).toMatchObject([{ entityId: taskId, payload: { reason: "WAITED_TOO_OFTEN" } }]);

    await call("task", "retry", { taskId });
    const retried = await nextAttempt(worker, current);
    expect((await report(retried, { retryAfterSeconds: 1 })).newStatus).toBe("QUEUED");
  });

  it("begins a new row of waits after an end of another kind", async () => {
    const { worker, taskId, claim } = await running({ maxAttempts: 3, retryPolicy: { baseMs: 4000, capMs: 60_000 } });
    await report(claim, { retryAfterSeconds: 1 });
    const second = await nextAttempt(worker, claim);
    await report(second, { errorMessage: "broken" });
    expect(await get(taskId)).toMatchObject({ failures: 1 });
    const third = await nextAttempt(worker, second);
    await report(third, { retryAfterSeconds: 1 });
    const dueInMs = Date.parse((await get(taskId)).availableAt!) - Date.now();
    expect(dueInMs).toBeLessThanOrEqual(1000);
  });
});

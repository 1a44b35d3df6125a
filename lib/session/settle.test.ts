import { describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import type { Claim } from "@/lib/session/settle.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  refusal,
  reportOf,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const nobody = "00000000-0000-7000-8000-000000000001";
const get = (taskId: string) => call("task", "get", { taskId });
const typesOf = async (projectId: string, after = 0) =>
  (await eventsOf(projectId)).slice(after).map(({ type }) => type);
const sandboxOf = (claim: Claim): Caller => ({
  actor: { type: "session", id: claim.sessionId, name: `${claim.key} attempt ${claim.attempt}` },
  sandboxId: claim.sandboxId,
});
const report = (claim: Claim, said: object = {}, caller = sandboxOf(claim)) =>
  call<{ newStatus: string; unblockedTasks: string[] }>(
    "sandbox",
    "taskComplete",
    { sandboxId: claim.sandboxId, taskId: claim.taskId, ...said },
    { caller },
  );

/** A running task of its own project. */
async function running(task: object = {}, settings: object = {}) {
  const project = await newProject();
  if (Object.keys(settings).length > 0) await call("project", "update", { projectId: project.id, settings });
  const worker = await newWorker();
  const { id } = await newTask(project.id, task);
  await call("task", "queue", { taskId: id });
  const { claims } = await worker.step();
  return { project, worker, taskId: id, claim: claims.find(({ taskId }) => taskId === id)! };
}

describe("one turn of an orchestrator", () => {
  it("claims a queued task, takes its result in and releases exactly what waited for it", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const a = await newTask(project.id, { title: "A" });
    const b = await newTask(project.id, { title: "B", dependsOn: [a.key] });
    const c = await newTask(project.id, { title: "C", dependsOn: [a.key, b.key] });
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    await call("task", "queue", { taskId: a.id });

    const first = await worker.step();
    expect(first.claims.map((claim) => claim.key)).toEqual([a.key]);
    const second = await worker.step([reportOf(first.claims[0]!)]);
    expect(second.answers[0]).toMatchObject({
      accepted: true,
      answer: { newStatus: "COMPLETED", unblockedTasks: [b.id] },
    });
    expect(second.claims.map((claim) => claim.key)).toEqual([b.key]);
    expect((await get(c.key)).blockedBy).toEqual([b.id]);

    const events = await eventsOf(project.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === "TASKS_UNBLOCKED").map(({ payload }) => payload)).toEqual([
      { completedTaskId: a.id, unblockedTaskIds: [b.id] },
    ]);
  });

  it("tells of many dependents freed at once, and not of those that were completed by hand or cancelled", async () => {
    const { project, worker, taskId, claim } = await running();
    const [free, done, dropped] = await Promise.all([1, 2, 3].map(() => newTask(project.id, { dependsOn: [taskId] })));
    const other = await newTask(project.id);
    const both = await newTask(project.id, { dependsOn: [taskId, other.id] });
    await call("task", "complete", { taskId: done!.id });
    await call("task", "cancel", { taskId: dropped!.id });
    const { answers } = await worker.step([reportOf(claim)]);
    expect(answers[0]!.answer!.unblockedTasks).toEqual([free!.id]);
    expect((await get(both.id)).blockedBy).toEqual([other.id]);
    expect((await get(dropped!.id)).status).toBe("CANCELLED");
  });

  it("ends the session with the task, and keeps what it reported", async () => {
    const { worker, taskId, claim } = await running();
    await worker.step([
      reportOf(claim, { exitCode: 0, result: { kept: null, list: [null, 1] }, resultCommit: "c0ffee" }),
    ]);
    expect(await get(taskId)).toMatchObject({
      status: "COMPLETED",
      result: { kept: null, list: [null, 1] },
      resultCommit: "c0ffee",
      resultBranch: claim.branch,
      session: null,
    });
    expect(await call("session", "get", { sessionId: claim.sessionId })).toMatchObject({
      status: "SUCCEEDED",
      reason: "EXIT_ZERO",
      exitCode: 0,
      resultCommit: "c0ffee",
      attempt: 1,
    });
  });

  it("takes the last words of a command in even where no column could hold them as they are", async () => {
    const { worker, taskId, claim } = await running();
    const message = "cut in the middle of \ud83d, with a \0 in it";
    const verdict = { taskVerb: "fail", sessionVerb: "fail", reason: "EXIT_CODE", message } as const;
    const { answers } = await worker.step([reportOf(claim, verdict)], 0);
    expect(answers[0]).toMatchObject({ accepted: true });
    expect(await get(taskId)).toMatchObject({
      status: "FAILED",
      lastError: "cut in the middle of \ufffd, with a \ufffd in it",
    });
  });
});

describe("a report", () => {
  it("is accepted once; the same again gets the same answer and writes nothing", async () => {
    const { project, claim } = await running();
    const said = { result: { files: 3, note: null } };
    const first = await report(claim, said);
    expect(first).toEqual({ status: "accepted", taskId: claim.taskId, newStatus: "COMPLETED", unblockedTasks: [] });
    const [task, events] = [await get(claim.taskId), await eventsOf(project.id)];
    expect(await report(claim, said)).toEqual(first);
    expect(await get(claim.taskId)).toEqual(task);
    expect(await eventsOf(project.id)).toEqual(events);
    expect(task.result).toEqual(said.result);
  });

  it("without a result gets the same answer again, too", async () => {
    const { claim } = await running();
    expect(await report(claim)).toEqual(await report(claim));
  });

  it.each([
    ["that says something else", { success: false, errorMessage: "no" }],
    ["with another result", { result: 2 }],
    ["for another task", { taskId: nobody }],
  ])("%s after the end is STALE_ATTEMPT and changes nothing", async (_, said) => {
    const { project, claim } = await running();
    await report(claim, { result: 1 });
    const [task, events] = [await get(claim.taskId), await eventsOf(project.id)];
    await refusal(report(claim, said), "STALE_ATTEMPT");
    expect(await get(claim.taskId)).toEqual(task);
    expect(await eventsOf(project.id)).toEqual(events);
  });

  it("of a superseded attempt is STALE_ATTEMPT while the next one runs", async () => {
    const { project, worker, claim } = await running();
    const { claims } = await worker.step([
      reportOf(claim, { taskVerb: "retry", sessionVerb: "lose", reason: "LEASE_EXPIRED", losses: 1 }),
    ]);
    expect(claims).toMatchObject([{ taskId: claim.taskId, attempt: 2 }]);
    const events = await eventsOf(project.id);
    await refusal(report(claim), "STALE_ATTEMPT");
    expect(await get(claim.taskId)).toMatchObject({
      status: "RUNNING",
      attempts: 2,
      losses: 1,
      failures: 0,
      session: { attempt: 2 },
    });
    expect(await eventsOf(project.id)).toEqual(events);
  });

  it("of a worker that does not hold the session is STALE_ATTEMPT", async () => {
    const { project, worker, taskId, claim } = await running();
    const events = await eventsOf(project.id);
    const { answers } = await worker.step([reportOf(claim, { workerId: nobody, terminated: false })]);
    expect(answers).toEqual([{ sandboxId: claim.sandboxId, accepted: false, code: "STALE_ATTEMPT" }]);
    expect((await get(taskId)).status).toBe("RUNNING");
    expect(await eventsOf(project.id)).toEqual(events);
  });

  it("of a worker that does not hold the session leaves its sandbox to who does, and so does word of an end it was not told", async () => {
    const { claim, worker, project } = await running();
    const isGone = async () =>
      (await db().sandbox.findUniqueOrThrow({ where: { id: claim.sandboxId } })).terminatedAt !== null;
    const { sandboxId, taskId } = claim;
    const events = await eventsOf(project.id);
    await worker.step([{ ...reportOf(claim), workerId: nobody }], 0);
    await worker.step([{ sandboxId, taskId, terminated: true, actor: reportOf(claim).actor }], 0);
    expect(await isGone()).toBe(false);
    expect(await eventsOf(project.id)).toEqual(events);
    await worker.step([{ ...reportOf(claim), workerId: worker.id }], 0);
    expect(await isGone()).toBe(true);
  });

  it("of one sandbox for another's task, or by another's token, is refused", async () => {
    const { claim } = await running();
    const other = await running();
    await refusal(report(claim, { taskId: other.taskId }), "STALE_ATTEMPT");
    await refusal(report(claim, {}, sandboxOf(other.claim)), "STALE_ATTEMPT");
    await refusal(report(claim, {}, { actor: { type: "person", id: "owner", name: "Owner" } }), "FORBIDDEN");
    expect((await get(claim.taskId)).status).toBe("RUNNING");
    expect((await get(other.taskId)).status).toBe("RUNNING");
  });

  it("of a cancelled task is STALE_ATTEMPT and does not bring it back", async () => {
    const { worker, claim, taskId } = await running();
    await call("task", "cancel", { taskId });
    await refusal(report(claim), "STALE_ATTEMPT");
    const { answers } = await worker.step([reportOf(claim)]);
    expect(answers).toMatchObject([{ accepted: false, code: "STALE_ATTEMPT" }]);
    expect((await get(taskId)).status).toBe("CANCELLED");
    expect(await call("session", "get", { sessionId: claim.sessionId })).toMatchObject({
      status: "CANCELLED",
      reason: "CANCELLED_BY_PERSON",
    });
  });

  it("sent by fifty at once is accepted once", async () => {
    const { project, claim } = await running();
    const all = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => report(claim, { result: n })));
    const refused = all.filter((one) => one.status === "rejected");
    expect(refused).toHaveLength(49);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: "STALE_ATTEMPT" });
    const types = await typesOf(project.id);
    expect(types.filter((type) => type === "TASK_COMPLETED")).toHaveLength(1);
    expect(types.filter((type) => type === "SESSION_ENDED")).toHaveLength(1);
    expect((await get(claim.taskId)).result).toBe(all.findIndex((one) => one.status === "fulfilled"));
  });
});

describe("a failure", () => {
  it("is tried again after a while, and FAILED when the attempts are used up", async () => {
    await call("config", "update", { values: { retryBaseMs: 1000, retryCapMs: 1000 } });
    const { project, worker, taskId, claim } = await running({ maxAttempts: 2 });
    const dependent = await newTask(project.id, { dependsOn: [taskId] });
    const before = Date.now();
    expect((await report(claim, { success: false, errorMessage: "boom" })).newStatus).toBe("QUEUED");
    const waiting = await get(taskId);
    expect(waiting).toMatchObject({
      status: "QUEUED",
      failures: 1,
      losses: 0,
      attempts: 1,
      lastError: "boom",
      statusReason: "REPORTED",
    });
    expect(Date.parse(waiting.availableAt!) - before).toBeGreaterThan(400);
    expect(Date.parse(waiting.availableAt!) - Date.now()).toBeLessThanOrEqual(1000);
    const scheduled = (await eventsOf(project.id)).filter(({ type }) => type === "TASK_RETRY_SCHEDULED");
    expect(scheduled).toMatchObject([
      {
        entityId: taskId,
        actor: { type: "session", id: claim.sessionId },
        payload: { attempt: 2, availableAt: waiting.availableAt },
      },
    ]);
    expect((await worker.step([reportOf(claim)])).claims).toEqual([]);
    await db().$executeRaw`UPDATE "Task" SET "availableAt" = clock_timestamp() WHERE id = ${taskId}::uuid`;
    const { claims } = await worker.step();
    expect(claims).toMatchObject([{ taskId, attempt: 2, failures: 1 }]);
    expect((await report(claims[0]!, { success: false })).newStatus).toBe("FAILED");
    expect(await get(taskId)).toMatchObject({
      status: "FAILED",
      failures: 2,
      attempts: 2,
      lastError: "The sandbox reported a failure.",
    });
    expect((await typesOf(project.id)).slice(-3)).toEqual(["SESSION_ENDED", "TASK_STATUS_CHANGED", "TASK_FAILED"]);
    expect(await get(dependent.id)).toMatchObject({
      status: "APPROVED",
      blockedBy: [taskId],
      why: { code: "BLOCKED_BY" },
    });
    await call("config", "update", { values: { retryBaseMs: 10_000, retryCapMs: 300_000 } });
  });

  it("answers with the status the task then has, also when the switch is off", async () => {
    const { project, worker, taskId } = await running();
    const mine = await newTask(project.id);
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    const { claims } = await worker.step();
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: false });
    const claim = claims.find((one) => one.taskId === mine.id)!;
    const answer = await report(claim, { success: false });
    expect(await get(mine.id)).toMatchObject({ status: answer.newStatus });
    expect(answer.newStatus).toBe("APPROVED");
    expect((await get(taskId)).status).toBe("RUNNING");
  });

  it("is forgotten when a person tries again: fresh attempts, same numbering", async () => {
    const { worker, taskId, claim } = await running({ maxAttempts: 1 });
    await report(claim, { success: false });
    const retried = await call("task", "retry", { taskId });
    expect(retried).toMatchObject({
      status: "QUEUED",
      failures: 0,
      attempts: 1,
      lastError: null,
      generation: 1,
      queuedBy: "person",
    });
    expect((await worker.step([reportOf(claim)])).claims).toMatchObject([
      { taskId, attempt: 2, branch: claim.branch.replace("a1", "a2") },
    ]);
  });
});

describe("the next attempt", () => {
  it("without a delay is claimed by the very turn that makes it, whatever the microseconds", async () => {
    const { worker, claim: first } = await running();
    const lost = { taskVerb: "retry", sessionVerb: "lose", reason: "LEASE_EXPIRED", losses: 1, delayMs: 0 } as const;
    let claim = first;
    for (let attempt = 2; attempt <= 100; attempt++) {
      const { claims } = await worker.step([reportOf(claim, lost)]);
      expect(claims).toMatchObject([{ attempt }]);
      claim = claims[0]!;
    }
  });

  it("starts only when the sandbox of the last one is proven gone", async () => {
    const { project, worker, taskId, claim } = await running();
    await worker.step([
      reportOf(claim, {
        taskVerb: "retry",
        sessionVerb: "lose",
        reason: "LEASE_EXPIRED",
        delayMs: 0,
        losses: 1,
        terminated: false,
      }),
    ]);
    expect(await get(taskId)).toMatchObject({ status: "QUEUED", why: { code: "CLEANING_UP" } });
    expect((await worker.step()).claims).toEqual([]);
    const { claims } = await worker.step([reportOf(claim)]);
    expect(claims).toMatchObject([{ taskId, attempt: 2 }]);
    expect((await typesOf(project.id)).filter((type) => type === "SANDBOX_TERMINATED")).toHaveLength(1);
  });
});

describe("work that wants review", () => {
  it("goes to REVIEW, and what waits for it stays blocked until a person accepts", async () => {
    const { project, worker, taskId, claim } = await running({}, { requireReview: true });
    const dependent = await newTask(project.id, { dependsOn: [taskId] });
    const { answers } = await worker.step([reportOf(claim)]);
    expect(answers[0]!.answer).toMatchObject({ newStatus: "REVIEW", unblockedTasks: [] });
    expect((await get(dependent.id)).blockedBy).toEqual([taskId]);
    const before = (await eventsOf(project.id)).length;
    expect((await call("task", "accept", { taskId })).status).toBe("COMPLETED");
    expect((await get(dependent.id)).blockedBy).toEqual([]);
    expect(await typesOf(project.id, before)).toEqual(["TASK_STATUS_CHANGED", "TASK_COMPLETED", "TASKS_UNBLOCKED"]);
  });

  it("goes back with feedback that the next attempt still finds", async () => {
    const { worker, taskId, claim } = await running({}, { requireReview: true });
    await worker.step([reportOf(claim)]);
    const returned = await call("task", "requestChanges", { taskId, feedback: "shorter, please" });
    expect(returned).toMatchObject({
      status: "QUEUED",
      feedback: "shorter, please",
      queuedBy: "person",
      failures: 0,
      statusReason: "CHANGES_REQUESTED",
    });
    const { claims } = await worker.step();
    expect(claims).toMatchObject([{ taskId, attempt: 2 }]);
    expect(await get(taskId)).toMatchObject({ status: "RUNNING", feedback: "shorter, please", generation: 1 });
  });
});

describe("reopening", () => {
  it("makes a new generation and blocks again what waits; what was queued without force goes back", async () => {
    const { project, worker, taskId, claim } = await running();
    const [queued, forced, approved] = await Promise.all(
      [1, 2, 3].map(() => newTask(project.id, { dependsOn: [taskId] })),
    );
    await worker.step([reportOf(claim, { result: 1, resultCommit: "abc" })]);
    await call("task", "queue", { taskId: queued!.id });
    await call("task", "queue", { taskId: forced!.id, force: true });
    const before = (await eventsOf(project.id)).length;
    const reopened = await call("task", "reopen", { taskId });
    expect(reopened).toMatchObject({
      status: "APPROVED",
      generation: 2,
      attempts: 1,
      failures: 0,
      result: null,
      resultCommit: null,
      resultBranch: null,
    });
    expect(await get(queued!.id)).toMatchObject({
      status: "APPROVED",
      blockedBy: [taskId],
      statusReason: "DEPENDENCY_REOPENED",
    });
    expect(await get(forced!.id)).toMatchObject({ status: "QUEUED", blockedBy: [taskId], isForced: true });
    expect(await get(approved!.id)).toMatchObject({ status: "APPROVED", blockedBy: [taskId], version: 1 });
    const after = (await eventsOf(project.id)).slice(before);
    expect(
      after.map(({ entityId, actor, payload }) => [entityId, actor.type, (payload as { verb: string }).verb]),
    ).toEqual([
      [taskId, "person", "reopen"],
      [queued!.id, "person", "unqueue"],
    ]);
    await call("task", "queue", { taskId });
    const { claims } = await worker.step();
    expect(claims.find((one) => one.taskId === taskId)).toMatchObject({ attempt: 2 });
    expect(await call("session", "get", { sessionId: claim.sessionId })).toMatchObject({
      generation: 1,
      status: "SUCCEEDED",
    });
  });

  it("under a running task lets it finish, but its next attempt waits for what was reopened", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const a = await newTask(project.id);
    const b = await newTask(project.id, { dependsOn: [a.id] });
    await call("task", "complete", { taskId: a.id });
    await call("task", "queue", { taskId: b.id });
    const claim = (await worker.step()).claims.find(({ taskId }) => taskId === b.id)!;
    await call("task", "reopen", { taskId: a.id });
    expect(await get(b.id)).toMatchObject({ status: "RUNNING", blockedBy: [a.id] });
    const lost = { taskVerb: "retry", sessionVerb: "lose", reason: "LEASE_EXPIRED", losses: 1, delayMs: 0 } as const;
    const { claims } = await worker.step([reportOf(claim, lost)]);
    expect(claims).toEqual([]);
    expect(await get(b.id)).toMatchObject({ status: "QUEUED", blockedBy: [a.id], why: { code: "BLOCKED_BY" } });
    await call("task", "complete", { taskId: a.id });
    expect((await worker.step()).claims).toMatchObject([{ taskId: b.id, attempt: 2 }]);
  });
});

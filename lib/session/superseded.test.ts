import { expect, it } from "vitest";
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

/** A task whose first attempt was given up for lost while its second runs. */
async function superseded() {
  const { id: projectId } = await newProject();
  const worker = await newWorker();
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const first = (await worker.step()).claims[0]!;
  const lost = { taskVerb: "retry", sessionVerb: "lose", reason: "LEASE_EXPIRED", losses: 1, delayMs: 0 } as const;
  const second = (await worker.step([reportOf(first, lost)])).claims[0]!;
  expect([first.attempt, second.attempt]).toEqual([1, 2]);
  return { projectId, worker, taskId: task.id, first, second };
}
const gone = (claim: Claim, resultCommit: string) => {
  const { sandboxId, taskId, actor } = reportOf(claim);
  return { sandboxId, taskId, actor, terminated: true as const, resultCommit };
};
const callerOf = (claim: Claim): Caller => ({
  actor: { type: "session", id: claim.sessionId, name: `attempt ${claim.attempt}` },
  sandboxId: claim.sandboxId,
});

it("a superseded attempt's late commit stands in its own session and never in the task's result", async () => {
  const { worker, taskId, first, second } = await superseded();
  await worker.step([gone(first, "late")], 0);
  expect(await call("task", "get", { taskId })).toMatchObject({ status: "RUNNING", resultCommit: null });
  // The second changed nothing; what the first left must not pass for its result.
  await worker.step([reportOf(second), gone(first, "later")], 0);
  expect(await call("task", "get", { taskId })).toMatchObject({
    status: "COMPLETED",
    resultCommit: null,
    resultBranch: null,
  });
  expect(await db().session.findUniqueOrThrow({ where: { id: first.sessionId } })).toMatchObject({
    status: "LOST",
    resultCommit: "later",
  });
  expect(await db().session.findUniqueOrThrow({ where: { id: second.sessionId } })).toMatchObject({
    status: "SUCCEEDED",
    resultCommit: null,
  });
});

it("a superseded attempt's token says nothing any more: no result, no sign of life, no output, and nothing is written", async () => {
  const { projectId, first, second } = await superseded();
  const caller = callerOf(first);
  const before = [await eventsOf(projectId), await db().session.findMany({ where: { projectId } })];
  const { sandboxId, taskId } = first;
  await refusal(call("sandbox", "taskComplete", { sandboxId, taskId, success: true }, { caller }), "STALE_ATTEMPT");
  await refusal(call("sandbox", "heartbeat", { sandboxId }, { caller }), "STALE_ATTEMPT");
  await refusal(call("sandbox", "log", { sandboxId, text: "x" }, { caller }), "STALE_ATTEMPT");
  // Nor for the attempt that took its place.
  for (const [verb, more] of [
    ["taskComplete", { taskId, success: true }],
    ["heartbeat", {}],
    ["log", { text: "x" }],
  ] as const)
    await refusal(call("sandbox", verb, { sandboxId: second.sandboxId, ...more }, { caller }), "STALE_ATTEMPT");
  expect([await eventsOf(projectId), await db().session.findMany({ where: { projectId } })]).toEqual(before);
});

it("attempts have branches of their own, so a superseded one can publish over nobody's work", async () => {
  const { first, second } = await superseded();
  expect(first.branch).toMatch(/\/a1$/);
  expect(second.branch).toBe(first.branch.replace(/\/a1$/, "/a2"));
});

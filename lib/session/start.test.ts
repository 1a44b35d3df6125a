import { beforeEach, describe, expect, it } from "vitest";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  refusal,
  reportOf,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();

interface Started {
  task: Task;
  position: number | null;
}
const start = (taskId: string, more: object = {}) => call<Started>("session", "start", { taskId, ...more });

let projectId: string;
let worker: TestWorker;
beforeEach(async () => {
  await quiet();
  projectId = (await newProject()).id;
  worker = await newWorker(1);
});

describe("asking for a session", () => {
  it("approves and queues a draft, and says its place and when it will start", async () => {
    const first = await newTask(projectId, { status: "DRAFT" });
    const second = await newTask(projectId);
    expect(await start(first.id)).toMatchObject({ task: { status: "QUEUED" }, position: 1 });
    expect(await start(second.id)).toMatchObject({ task: { status: "QUEUED" }, position: 2 });
    const told = (await eventsOf(projectId)).filter(({ type }) => type === "SESSION_QUEUED");
    expect(told.map(({ entityId, payload }) => [entityId, (payload as { position: number }).position])).toEqual([
      [first.id, 1],
      [second.id, 2],
    ]);
    // A slot is free for the first one; there is nothing to learn from for the second.
    expect(told.map(({ payload }) => "estimatedStart" in payload)).toEqual([true, false]);
  });

  it("with a priority edits the card as any edit does, and a queued one takes the place that gives it", async () => {
    const [first, second] = [await newTask(projectId), await newTask(projectId)];
    await start(first.id);
    await start(second.id);
    const { task, position } = await start(second.id, { priority: 4 });
    expect({ position, priority: task.priority }).toEqual({ position: 1, priority: 4 });
    expect((await eventsOf(projectId)).filter(({ type }) => type === "TASK_UPDATED")).toMatchObject([
      { entityId: second.id, payload: { changed: ["priority"] } },
    ]);
  });

  it("makes what the board queued by itself the person's: the type asked for, and it stays when the switch goes off", async () => {
    await call("project", "setAutonomousExecution", { projectId, enabled: true });
    const task = await newTask(projectId);
    await worker.step([], 0);
    expect(await call("task", "get", { taskId: task.id })).toMatchObject({ status: "QUEUED", queuedBy: "system" });
    const { task: taken } = await start(task.id, { type: "interactive" });
    expect(taken).toMatchObject({ status: "QUEUED", queuedBy: "person", queuedAt: expect.any(String) });
    await call("project", "setAutonomousExecution", { projectId, enabled: false });
    expect((await worker.step()).claims).toHaveLength(1);
    const { items } = await call<{ items: Session[] }>("session", "list", { taskId: task.id });
    expect(items).toMatchObject([{ type: "interactive" }]);
  });

  it("waits for no retry's time, and a queued one keeps its place", async () => {
    const [first, second] = [await newTask(projectId), await newTask(projectId)];
    await start(first.id);
    const [claim] = (await worker.step()).claims;
    const failed = { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_NONZERO", delayMs: 3_600_000 } as const;
    await worker.step([reportOf(claim!, failed)], 0);
    expect((await call("task", "get", { taskId: first.id })).availableAt).not.toBeNull();
    await start(second.id);
    expect(await start(first.id)).toMatchObject({ task: { availableAt: null }, position: 1 });
    expect((await worker.step()).claims).toMatchObject([{ taskId: first.id }]);
  });

  it("that may not wait is refused without a free slot, and changes nothing", async () => {
    const [first, second] = [await newTask(projectId), await newTask(projectId, { status: "DRAFT" })];
    await start(first.id, { queue: false });
    expect((await worker.step()).claims).toHaveLength(1);
    const events = await eventsOf(projectId);
    const refused = await refusal(start(second.id, { queue: false }), "CAPACITY");
    expect(refused.details).toMatchObject({ running: 1, capacity: 1 });
    expect((await call("task", "get", { taskId: second.id })).status).toBe("DRAFT");
    expect(await eventsOf(projectId)).toEqual(events);
  });
});

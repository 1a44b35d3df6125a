import { beforeEach, describe, expect, it } from "vitest";
import type { Project } from "@/lib/project/schema.ts";
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
} from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

const get = (taskId: string) => call("task", "get", { taskId });
const turn = (projectId: string, enabled: boolean) =>
  call<Project>("project", "setAutonomousExecution", { projectId, enabled });
const statusesOf = (ids: string[]) => Promise.all(ids.map(async (id) => (await get(id)).status));

describe("autonomous mode", () => {
  it("queues, as the system, every approved task that nothing blocks, at the worker's next turn", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const [free, draft] = [await newTask(project.id), await newTask(project.id, { status: "DRAFT" })];
    const blocked = await newTask(project.id, { dependsOn: [free.id] });
    expect(await turn(project.id, true)).toMatchObject({
      autonomousExecutionEnabled: true,
      version: project.version + 1,
    });
    expect((await get(free.id)).status).toBe("APPROVED");
    await worker.step([], 0);
    expect(await statusesOf([free.id, draft.id, blocked.id])).toEqual(["QUEUED", "DRAFT", "APPROVED"]);
    expect(await get(free.id)).toMatchObject({ queuedBy: "system", statusReason: "AUTONOMOUS" });
    const [on, queued] = (await eventsOf(project.id)).slice(-2);
    expect(on).toMatchObject({
      type: "AUTONOMOUS_MODE_CHANGED",
      actor: { id: "owner" },
      payload: { enabled: true, returnedTaskIds: [] },
    });
    expect(queued).toMatchObject({
      type: "TASK_STATUS_CHANGED",
      entityId: free.id,
      actor: { type: "system" },
      payload: { verb: "queue" },
    });
  });

  it("goes on by itself: what a result frees is claimed in the same turn", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const a = await newTask(project.id);
    const b = await newTask(project.id, { dependsOn: [a.id] });
    await turn(project.id, true);
    const { claims } = await worker.step();
    expect(claims.map(({ taskId }) => taskId)).toEqual([a.id]);
    expect((await worker.step([reportOf(claims[0]!)])).claims.map(({ taskId }) => taskId)).toEqual([b.id]);
  });

  it("turned off returns what the system queued, and leaves alone what a person queued and what runs", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const running = await newTask(project.id);
    await turn(project.id, true);
    const { claims } = await worker.step();
    const mine = await newTask(project.id);
    await call("task", "queue", { taskId: mine.id });
    const its = await newTask(project.id);
    await worker.step([], 0);
    expect(await statusesOf([running.id, mine.id, its.id])).toEqual(["RUNNING", "QUEUED", "QUEUED"]);

    await turn(project.id, false);
    expect(await statusesOf([running.id, mine.id, its.id])).toEqual(["RUNNING", "QUEUED", "APPROVED"]);
    expect((await eventsOf(project.id)).slice(-2)).toMatchObject([
      {
        type: "TASK_STATUS_CHANGED",
        entityId: its.id,
        actor: { type: "system" },
        payload: { verb: "unqueue", reason: "AUTONOMOUS_OFF" },
      },
      {
        type: "AUTONOMOUS_MODE_CHANGED",
        actor: { type: "person" },
        payload: { enabled: false, returnedTaskIds: [its.id] },
      },
    ]);
    const next = await worker.step(claims.map((claim) => reportOf(claim)));
    expect(next.claims.map(({ taskId }) => taskId)).toEqual([mine.id]);
    expect(await statusesOf([running.id, its.id])).toEqual(["COMPLETED", "APPROVED"]);
  });

  it.each([true, false])("set to %s twice changes nothing and records nothing", async (isOn) => {
    const project = await newProject();
    await newTask(project.id);
    await turn(project.id, !isOn);
    const first = await turn(project.id, isOn);
    const events = await eventsOf(project.id);
    expect(await turn(project.id, isOn)).toEqual({ ...first, lastSeq: events.length });
    expect(await eventsOf(project.id)).toEqual(events);
  });

  it("off: a retry of what the system queued goes back to APPROVED, of what a person queued waits in the queue", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const its = await newTask(project.id);
    await turn(project.id, true);
    const mine = await newTask(project.id);
    await call("task", "queue", { taskId: mine.id });
    const { claims } = await worker.step();
    await turn(project.id, false);
    const failed = {
      taskVerb: "retry",
      sessionVerb: "fail",
      reason: "EXIT_CODE",
      failures: 1,
      delayMs: 60_000,
    } as const;
    await worker.step(claims.map((claim) => reportOf(claim, failed)));
    expect(await statusesOf([its.id, mine.id])).toEqual(["APPROVED", "QUEUED"]);
    expect(await get(its.id)).toMatchObject({ availableAt: null, failures: 1, statusReason: "AUTONOMOUS_OFF" });
  });

  it("never runs a draft or a blocked task, nor anything of an archived project", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const draft = await newTask(project.id, { status: "DRAFT" });
    await newTask(project.id, { dependsOn: [draft.id] });
    const free = await newTask(project.id);
    await turn(project.id, true);
    await call("task", "withdraw", { taskId: free.id });
    expect((await worker.step()).claims).toEqual([]);
    await call("task", "approve", { taskId: free.id });
    await worker.step([], 0);
    await call("project", "archive", { projectId: project.id });
    expect((await worker.step()).claims).toEqual([]);
    expect((await get(free.id)).status).toBe("APPROVED");
    await refusal(turn(project.id, true), "PROJECT_ARCHIVED");
    await refusal(call("task", "queue", { taskId: free.id }), "PROJECT_ARCHIVED");
  });
});

describe("start processing", () => {
  it("queues what is processable once, for the person, and does not turn the switch", async () => {
    const project = await newProject();
    const low = await newTask(project.id, { priority: 1 });
    const high = await newTask(project.id, { priority: 4 });
    const blocked = await newTask(project.id, { dependsOn: [low.id] });
    const draft = await newTask(project.id, { status: "DRAFT" });
    expect((await call<Project>("project", "get", { projectId: project.id })).processableCount).toBe(2);
    expect(await call("project", "startProcessing", { projectId: project.key })).toEqual({ queued: [high.id, low.id] });
    expect(await statusesOf([low.id, high.id, blocked.id, draft.id])).toEqual([
      "QUEUED",
      "QUEUED",
      "APPROVED",
      "DRAFT",
    ]);
    expect(await get(low.id)).toMatchObject({ queuedBy: "person", statusReason: "START_PROCESSING" });
    expect(await call<Project>("project", "get", { projectId: project.id })).toMatchObject({
      autonomousExecutionEnabled: false,
      processableCount: 0,
    });
    const events = await eventsOf(project.id);
    expect(await call("project", "startProcessing", { projectId: project.key })).toEqual({ queued: [] });
    expect(await eventsOf(project.id)).toEqual(events);
  });
});

describe("archiving", () => {
  it("cancels what runs, empties the queue, turns the switch off and takes the project off the list", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const [running, waiting] = [await newTask(project.id), await newTask(project.id)];
    await call("task", "queue", { taskId: running.id });
    const { claims } = await worker.step();
    await call("task", "queue", { taskId: waiting.id });
    const archived = await call<Project>("project", "archive", { projectId: project.id });
    expect(archived).toMatchObject({ autonomousExecutionEnabled: false, archivedAt: expect.any(String) });
    expect(await statusesOf([running.id, waiting.id])).toEqual(["CANCELLED", "APPROVED"]);
    const listed = await call<{ items: Project[] }>("project", "list", {});
    expect(listed.items.map(({ id }) => id)).not.toContain(project.id);
    const { answers } = await worker.step(claims.map((claim) => reportOf(claim)));
    expect(answers).toMatchObject([{ accepted: false, code: "STALE_ATTEMPT" }]);
    expect((await eventsOf(project.id)).map(({ seq }) => seq)).toEqual(
      (await eventsOf(project.id)).map((_, index) => index + 1),
    );
  });
});

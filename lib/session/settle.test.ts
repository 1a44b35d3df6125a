import { describe, expect, it } from "vitest";
import { call, eventsOf, newProject, newTask, newWorker, reportOf, useTestDatabase } from "@/lib/testing/world.ts";

useTestDatabase();

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
    expect(second.answers[0]).toMatchObject({ accepted: true, answer: { newStatus: "COMPLETED", unblockedTasks: [b.id] } });
    expect(second.claims.map((claim) => claim.key)).toEqual([b.key]);
    expect((await call("task", "get", { taskId: c.key })).blockedBy).toEqual([b.id]);

    const events = await eventsOf(project.id);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === "TASKS_UNBLOCKED").map(({ payload }) => payload)).toEqual([
      { completedTaskId: a.id, unblockedTaskIds: [b.id] },
    ]);
  });
});

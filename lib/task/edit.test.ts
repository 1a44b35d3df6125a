import { expect, it } from "vitest";
import { call, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

it("a card of another type has as long as that type, unless somebody said how long", async () => {
  const { id } = await newProject();
  const toAgent = { type: "claude-code", spec: { prompt: "Do it" } };
  const timeOf = async (task: { id: string; version: number }, changes: object) =>
    (await call("task", "update", { taskId: task.id, version: task.version, ...changes })).timeoutSeconds;
  expect(await timeOf(await newTask(id), toAgent)).toBe(3600);
  expect(await timeOf(await newTask(id, { timeoutSeconds: 60 }), toAgent)).toBe(60);
  expect(await timeOf(await newTask(id), { ...toAgent, timeoutSeconds: 900 })).toBe(900);
  const agents = await newTask(id, { type: "claude-code", spec: { prompt: "Do it" } });
  expect(await timeOf(agents, { type: "cli", spec: { command: "true" } })).toBe(300);
});

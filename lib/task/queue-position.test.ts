import { expect, it } from "vitest";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

const get = (taskId: string) => call("task", "get", { taskId });

it("a queued task knows its place whatever it waits for first; one that waits for its time, runs or is not queued has none", async () => {
  const project = await newProject();
  const worker = await newWorker(1);
  const tasks = [];
  for (const priority of [2, 2, 4]) tasks.push(await newTask(project.id, { priority }));
  for (const { id } of tasks) await call("task", "queue", { taskId: id });
  await worker.step();
  const [first, second, urgent] = await Promise.all(tasks.map(({ id }) => get(id)));
  expect(urgent).toMatchObject({ status: "RUNNING", queuePosition: null });
  expect(first).toMatchObject({ status: "QUEUED", queuePosition: 1, why: { code: "CAPACITY" } });
  expect(second).toMatchObject({ status: "QUEUED", queuePosition: 2, why: { code: "CAPACITY" } });
  const { id } = await newTask(project.id);
  expect(await get(id)).toMatchObject({ status: "APPROVED", queuePosition: null });
});

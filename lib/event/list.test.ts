import { expect, it } from "vitest";
import { call, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

interface Page {
  items: { seq: number; entityId: string }[];
  lastSeq: number;
}

it("the journal is read forwards and backwards in pages, without a gap or a double, also of one task", async () => {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId, { status: "DRAFT" });
  for (let n = 0; n < 5; n++) {
    await call("task", "approve", { taskId: task.id });
    await call("task", "withdraw", { taskId: task.id });
    await newTask(projectId);
  }
  const page = (input: object) => call<Page>("event", "list", { projectId, limit: 4, ...input });
  const forwards: number[] = [];
  for (let after = 0; ; after = forwards.at(-1)!) {
    const { items } = await page({ after });
    if (items.length === 0) break;
    forwards.push(...items.map(({ seq }) => seq));
  }
  expect(forwards).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));

  const backwards: number[] = [];
  for (let before: number | undefined; ; before = backwards.at(-1)) {
    const { items } = await page({ order: "desc", entityId: task.id, ...(before ? { before } : {}) });
    if (items.length === 0) break;
    expect(items.every(({ entityId }) => entityId === task.id)).toBe(true);
    backwards.push(...items.map(({ seq }) => seq));
  }
  expect(backwards).toHaveLength(11);
  expect(backwards).toEqual(backwards.toSorted((a, b) => b - a));
});

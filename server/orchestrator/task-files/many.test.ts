import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import type { Task } from "@/lib/task/schema.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { projectWithFiles } from "./testing.ts";

provideTestDatabase();
const count = 120;
const rounds = 1;
let project: Awaited<ReturnType<typeof projectWithFiles>>;
afterAll(() => project.remove());

const edit = (name: string, change: (text: string) => string) => project.write(name, change(project.read(name)));
const put = (text: string, field: string, value: string) =>
  new RegExp(`^${field}: `, "m").test(text)
    ? text.replace(new RegExp(`^${field}: .*$`, "m"), `${field}: ${value}`)
    : text.replace(/\n---\n/, `\n${field}: ${value}\n---\n`);

it("a hundred files are edited by a script while the board edits the same tasks, and neither side loses a field", async () => {
  project = await projectWithFiles();
  const batch = Array.from({ length: count }, (_, n) => ({ title: `Task ${n}`, tags: ["both"] }));
  const { items } = await call<{ items: { id: string }[] }>("task", "createBatch", {
    projectId: project.id,
    tasks: batch,
  });
  await project.look();
  expect(project.files()).toHaveLength(count);
  let isOver = false;
  const looking = (async () => {
    while (!isOver) await project.look();
  })();
  const script = (async () => {
    for (let round = 1; round <= rounds; round++)
      for (let n = 0; n < count; n++) {
        // An editor that saves over what another wrote this very moment is no loss of ours: it reads, changes and writes at once.
        edit(`task-${n}.task.md`, (text) =>
          put(put(text, "area", `area ${n} ${round}`), "estimate", `${round}`).replace(
            /\n---\n(?=\n|$)/,
            `\n---\n\nWords ${round}.\n`,
          ),
        );
        if (n % 25 === 0) await sleep(1);
      }
  })();
  const board = (async () => {
    for (let round = 1; round <= rounds; round++)
      for (const [n, { id }] of items.entries()) {
        const { version, tags } = await call<Task>("task", "get", { taskId: id });
        const changes = { assignee: `person ${n} ${round}`, priority: round, tags: [...tags, `card${round}`] };
        await call("task", "update", { taskId: id, version, ...changes }).catch(async () => {
          const now = await call<Task>("task", "get", { taskId: id });
          await call("task", "update", {
            taskId: id,
            version: now.version,
            ...changes,
            tags: [...now.tags, `card${round}`],
          });
        });
      }
  })();
  await Promise.all([script, board]);
  isOver = true;
  await looking;
  for (let n = 0; n < 2; n++) await project.look();
  const tasks = await project.tasks();
  for (const [n, task] of tasks.entries()) {
    expect(task).toMatchObject({ area: `area ${n} ${rounds}`, assignee: `person ${n} ${rounds}`, priority: rounds });
    for (let round = 1; round <= rounds; round++) {
      expect(task.tags).toContain(`card${round}`);
      expect(task.description).toContain(`Words ${round}.`);
    }
    const text = project.read(`task-${n}.task.md`);
    expect(text).toMatch(new RegExp(`^area: area ${n} ${rounds}$`, "m"));
    expect(text).toMatch(new RegExp(`^assignee: person ${n} ${rounds}$`, "m"));
    expect(text).toMatch(new RegExp(`^estimate: ${rounds}$`, "m"));
    expect((await project.row(`task-${n}.task.md`)).conflicts).toEqual([]);
  }
}, 300_000);

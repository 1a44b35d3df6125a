import { beforeAll, describe, expect, it } from "vitest";
import { owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import type { Project } from "@/lib/project/schema.ts";
import { createBatch } from "@/lib/task/create.ts";
import type { Task } from "@/lib/task/schema.ts";
import { watchPlans } from "@/lib/testing/executed-plans.ts";
import { call, eventsOf, newProject, newTask, provideTestDatabase, refusal } from "@/lib/testing/world.ts";

provideTestDatabase();

let project: Project;
let there: Task[];
beforeAll(async () => {
  project = await newProject();
  there = [];
  for (let n = 0; n < 6; n++) there.push(await newTask(project.id));
});

interface Created {
  items: { id: string; key: string }[];
}
const create = (tasks: object[]) => call<Created>("task", "createBatch", { projectId: project.id, tasks });

describe("a batch that builds on tasks that are there", () => {
  it("takes as many statements for many of them as for one", async () => {
    const plansOf = await watchPlans();
    // Without the database's own looks at what each new row refers to.
    const importOf = async (named: Task[]) =>
      (
        await plansOf(() =>
          create(named.map(({ id, key }, at) => ({ title: `n${at}`, dependsOn: [key], parentId: id }))),
        )
      ).filter((plan) => !plan.includes("FOR KEY SHARE"));
    // The first calls of a new connection hold more.
    await importOf(there.slice(0, 2));
    const few = await importOf(there.slice(0, 2));
    expect(await importOf(there)).toHaveLength(few.length);
  });

  it("names them by id or key in any case, twice or once, beside its own", async () => {
    const [first, second] = there as [Task, Task];
    const names = [first.id.toUpperCase(), first.key.toLowerCase(), second.key, "own"];
    const { items } = await create([
      { ref: "own", title: "own", parentId: first.id.toUpperCase() },
      { title: "waits", dependsOn: names, parentId: first.id },
    ]);
    const waits = await call("task", "get", { taskId: items[1]!.id });
    expect(new Set(waits.dependsOn)).toEqual(new Set([first.id, second.id, items[0]!.id]));
    expect(waits.blockedBy).toHaveLength(3);
  });

  it("is refused for the first name of no task of this project, in the words for one, and creates nothing", async () => {
    const foreign = await newTask((await newProject()).id);
    const [before, events] = [await db().task.count(), await eventsOf(project.id)];
    const dependingOn = (...dependsOn: string[]) => create([{ title: "t", dependsOn: [there[0]!.key, ...dependsOn] }]);
    for (const name of ["NONE-1", `${project.key}-999`, "no key", idOfNone])
      expect(await refusal(dependingOn(name, foreign.key), "NOT_FOUND")).toMatchObject({
        message: `There is no task ${name}.`,
        details: { what: "task", id: name },
      });
    expect(await refusal(dependingOn(foreign.key, "NONE-1"), "DEPENDENCY_OTHER_PROJECT")).toMatchObject({
      message: `${foreign.key} belongs to another project than ${project.key}.`,
      details: { dependsOn: foreign.key },
    });
    for (const parentId of [foreign.id, idOfNone])
      expect(
        await refusal(
          create([
            { title: "t", parentId: there[0]!.id },
            { title: "u", parentId },
          ]),
          "VALIDATION_FAILED",
        ),
      ).toMatchObject({
        message: "parentId: there is no such task in this project.",
      });
    expect([await db().task.count(), await eventsOf(project.id)]).toEqual([before, events]);
  });
});

const idOfNone = "01900000-0000-7000-8000-000000000009";

it("a task made of what a program said is created without what no column can hold", async () => {
  const tasks = [{ title: "half \ud800", description: "NUL \0", metadata: { "\udc00": "😀" } }];
  const [created] = await inJournaledTransaction((tx) => createBatch(tx, project.id, tasks, owner.actor));
  expect(await call("task", "get", { taskId: created!.id })).toMatchObject({
    title: "half \ufffd",
    description: "NUL \ufffd",
    metadata: { "\ufffd": "😀" },
  });
});

import { afterEach, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { call, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { type Folder, openFolder } from "../working-tree/folder.ts";
import { projectWithFiles } from "./testing.ts";

provideTestDatabase();
let project: Awaited<ReturnType<typeof projectWithFiles>>;
beforeEach(async () => {
  project = await projectWithFiles();
});
afterEach(() => project.remove());

type Step = "before the file is written" | "after the file is written";

/** The next write is the last thing a process does. */
const dyingAt =
  (step: Step): typeof openFolder =>
  async (...where) => {
    const folder = (await openFolder(...where)) as Folder;
    const dying =
      <Rest extends unknown[]>(write: (...rest: Rest) => Promise<boolean>) =>
      async (...rest: Rest): Promise<boolean> => {
        if (step === "after the file is written") await write(...rest);
        throw new Error("killed");
      };
    return { ...folder, create: dying(folder.create), replace: dying(folder.replace) };
  };

const steps: Step[] = ["before the file is written", "after the file is written"];
const die = async (step: Step) => {
  await expect(project.look({ open: dyingAt(step) })).rejects.toThrow("killed");
  project.forget();
};
const conflictsOf = async (name: string) => (await project.row(name)).conflicts;

it.each(steps)("a card's first file is there once when somebody dies %s", async (step) => {
  await newTask(project.id, { title: "One" });
  await die(step);
  await project.look();
  expect([project.files(), await conflictsOf("one.task.md"), (await project.row("one.task.md")).writing]).toEqual([
    ["one.task.md"],
    [],
    null,
  ]);
});

it.each(steps)("a file becomes one card when somebody dies %s", async (step) => {
  project.write("a.task.md", "---\ntitle: A\narea: x\n---\n");
  await die(step);
  await project.look();
  expect(await project.tasks()).toMatchObject([{ title: "A", area: "x" }]);
  expect(project.read("a.task.md")).toContain(`key: ${project.key}-1`);
});

it.each(steps)(
  "a merge of both sides loses nothing when somebody dies %s, whoever changes what before the next look",
  async (step) => {
    const { id } = await newTask(project.id, { title: "One", tags: ["a", "b"], status: "DRAFT" });
    await project.look();
    const edit = (from: string, to: string) =>
      project.write("one.task.md", project.read("one.task.md").replace(from, to));
    const update = async (changes: object) =>
      call("task", "update", {
        taskId: id,
        version: (await db().task.findUniqueOrThrow({ where: { id } })).version,
        ...changes,
      });
    edit("priority: medium", "priority: high");
    edit("[a, b]", "[b, f]");
    await update({ area: "card", tags: ["a", "c"] });
    await die(step);
    await project.look();
    expect(await call("task", "get", { taskId: id })).toMatchObject({ priority: 3, area: "card", tags: ["c", "f"] });
    expect(project.read("one.task.md")).toMatch(/priority: high\ntags: \[c, f\]\narea: card\n/);
    await update({ area: "again" });
    await die(step);
    await update({ area: "later" });
    edit("priority: high", "priority: low");
    await project.look();
    await project.look();
    const said = [await conflictsOf("one.task.md"), project.read("one.task.md").match(/area: .*/)?.[0]];
    const isKnown = said[1] === "area: later";
    // Written, and then edited by a person, before anybody noted it: both are kept rather than guessed at.
    expect(isKnown ? said[0] : said).toEqual(
      isKnown ? [] : [[{ field: "area", file: "again", card: "later", reason: "BOTH_CHANGED" }], "area: again"],
    );
    expect(await call("task", "get", { taskId: id })).toMatchObject({ priority: 1, area: "later" });
  },
);

it("a file that changes between the look at it and the write is not written over", async () => {
  const { id } = await newTask(project.id, { title: "One", status: "DRAFT" });
  await project.look();
  await call("task", "update", { taskId: id, version: 1, area: "card" });
  const open: typeof openFolder = async (...where) => {
    const folder = (await openFolder(...where)) as Folder;
    const replace: Folder["replace"] = (...rest) => {
      project.write("one.task.md", project.read("one.task.md").replace("priority: medium", "priority: low"));
      return folder.replace(...rest);
    };
    return { ...folder, replace };
  };
  await project.look({ open });
  expect(project.read("one.task.md")).not.toContain("area");
  await project.look();
  expect(project.read("one.task.md")).toMatch(/priority: low\n.*area: card/s);
  expect(await call("task", "get", { taskId: id })).toMatchObject({ priority: 1, area: "card" });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FileFields } from "@/lib/task/file/fields.ts";
import { specSaying } from "@/lib/task/file/instruction.ts";
import { freeName } from "@/lib/task/file/names.ts";
import { anyFields } from "@/lib/task/file/testing.ts";
import { newTaskFile } from "@/lib/task/file/write.ts";
import { fileMark } from "@/lib/task/import/read-task-file.ts";
import { readTasks } from "@/lib/task/import/read-tasks.ts";
import { toBatch } from "@/lib/task/import/to-batch.ts";
import type { Task } from "@/lib/task/schema.ts";
import { call, newProject, newTask, provideTestDatabase, refusal } from "@/lib/testing/world.ts";

provideTestDatabase();

interface Page {
  items: { name: string; text: string }[];
  nextCursor: string | null;
}
const exported = (projectId: string, query: object = {}) => call<Page>("project", "export", { projectId, ...query });
const asOneText = (files: Page["items"]) => files.flatMap(({ name, text }) => [fileMark(name), text]).join("\n");
const tasksOf = async (projectId: string) => (await call<{ items: Task[] }>("task", "list", { projectId })).items;

describe("files of cards, read again", () => {
  const told = { status: "draft", attempts: 0, sessions: "", log: "" };
  const emptySpec = (type: FileFields["type"]) => ({ type, spec: {} });

  it("make the same cards: title, spec, priority, tags, dependencies, description, whatever they say", () => {
    fc.assert(
      fc.property(fc.array(anyFields, { minLength: 1, maxLength: 4 }), (given) => {
        const taken = new Set<string>();
        const cards = given.map((fields, index) => ({
          ...fields,
          title: fields.title.replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, " "),
          index,
        }));
        const names = cards.map(({ title, index }) => {
          const name = freeName({ title, number: index + 1 }, taken);
          taken.add(name);
          return name;
        });
        const texts = cards.map(({ index, ...fields }) => newTaskFile(fields, { ...told, key: `DEMO-${index + 1}` }));
        const { tasks } = readTasks(asOneText(texts.map((text, index) => ({ name: names[index]!, text }))));
        const refs = new Map(names.map((name, index) => [`DEMO-${index + 1}`, name.replace(/\.task\.md$/, "")]));
        const expected = cards.map(({ title, type, instruction, description, priority, tags, dependsOn }) => ({
          ...{ title, type, priority, description, tags: tags.toSorted() },
          spec: specSaying({ type, instruction }, emptySpec(type)),
          dependsOn: dependsOn.map((key) => refs.get(key) ?? key),
        }));
        const found = toBatch(tasks, "cli", "DRAFT").map(({ title, type, spec, priority, ...rest }) => ({
          ...{ title, type, priority, spec, description: rest.description ?? "", dependsOn: rest.dependsOn },
          tags: (rest.tags ?? []).toSorted(),
        }));
        expect(found).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the export of a project", () => {
  it("has every card once, page by page, whether the project keeps files or not, and makes the same board again", async () => {
    const project = await newProject();
    const first = await newTask(project.id, {
      ...{ title: "Build: the site", description: "# Why\n\n## Instruction\n\nIt is old.", tags: ["ci", "a, b"] },
      ...{ spec: { command: "make", args: ["it's all"] }, priority: 4, area: "web" },
    });
    const spec = { prompt: "## Do it\n\n```sh\nmake\n```" };
    await newTask(project.id, { title: "Build the site", type: "codex", spec, dependsOn: [first.id], priority: 0 });
    await newTask(project.id, { title: "Build the site", status: "DRAFT", spec: {}, dependsOn: [first.key] });
    await newTask(project.id, { title: "Ask about `make`", status: "DRAFT", spec: {} });
    const files: Page["items"] = [];
    for (let cursor: string | null = null, pages = 0; pages < 9; pages++) {
      const page: Page = await exported(project.id, { limit: 1, ...(cursor === null ? {} : { cursor }) });
      files.push(...page.items);
      cursor = page.nextCursor;
      if (cursor === null) break;
    }
    expect(files.map(({ name }) => name)).toEqual([
      ...["build-the-site.task.md", "build-the-site-2.task.md", "build-the-site-3.task.md", "ask-about-make.task.md"],
    ]);
    expect(await exported(project.id)).toEqual({ items: files, nextCursor: null });
    expect(files[1]!.text).toBe(
      `---\nkey: ${project.key}-2\ntitle: Build the site\ntype: codex\nstatus: approved\npriority: lowest\ndependsOn: [${first.key}]\n---\n\n## Instruction\n\n\\## Do it\n\n\`\`\`sh\nmake\n\`\`\`\n`,
    );

    const copy = await newProject();
    const { tasks, remarks } = readTasks(asOneText(files));
    expect(remarks).toEqual([]);
    await call("task", "createBatch", { projectId: copy.id, tasks: toBatch(tasks, "cli", "APPROVED") });
    const shape = (all: Task[]) =>
      all.map(({ title, description, type, spec: said, priority, tags, area, status, dependsOn }) => ({
        ...{ title, description, type, priority, tags, area, status },
        spec: said.command === "make" ? { command: "sh", args: ["-c", "make 'it'\\''s all'"] } : said,
        dependsOn: dependsOn.map((id) => all.findIndex((one) => one.id === id)),
      }));
    expect(shape(await tasksOf(copy.id))).toEqual(shape(await tasksOf(project.id)));
  });

  it("leaves to an ended card its place in the folder, and reading it again nothing to wait for", async () => {
    const project = await newProject();
    const first = await newTask(project.id, { title: "Done" });
    await newTask(project.id, { title: "After it", dependsOn: [first.id] });
    await call("task", "complete", { taskId: first.id });
    const { items } = await exported(project.key);
    expect(items.map(({ name }) => name)).toEqual(["done.task.md", "after-it.task.md"]);
    const { tasks, done } = readTasks(asOneText(items));
    expect([done, tasks.map(({ title, dependsOn }) => [title, dependsOn])]).toEqual([1, [["After it", []]]]);
    await refusal(exported(project.id, { cursor: "x" }), "VALIDATION_FAILED");
  });
});

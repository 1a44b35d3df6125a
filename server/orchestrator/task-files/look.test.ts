import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, eventsOf, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { projectWithFiles } from "./testing.ts";

provideTestDatabase();
let project: Awaited<ReturnType<typeof projectWithFiles>>;
beforeEach(async () => {
  project = await projectWithFiles();
});
afterEach(() => project.remove());

/** Edits a file as a script does. */
const edit = (name: string, from: string | RegExp, to: string) =>
  project.write(name, project.read(name).replace(from, to));
const taskNow = (taskId: string) => call("task", "get", { taskId });

describe("a card and its file", () => {
  it("a card gets a file that says what it says, and nothing is written again while nothing changes", async () => {
    const { key, id } = await newTask(project.id, {
      title: "Größe: fix it!",
      tags: ["a", "b"],
      priority: 3,
      area: "web",
      description: "Words.\n\n## Tasks\n- [ ] one",
    });
    await newTask(project.id, {
      title: "Second",
      dependsOn: [id],
      type: "codex",
      spec: { prompt: "Do\n\n## it", model: "x" },
    });
    await project.look();
    expect(project.files()).toEqual(["große-fix-it.task.md", "second.task.md"]);
    expect(project.read(project.files()[0]!)).toBe(
      `---\nkey: ${key}\ntitle: "Größe: fix it!"\ntype: cli\nstatus: approved\npriority: high\narea: web\ntags: [a, b]\n---\n\nWords.\n\n## Tasks\n- [ ] one\n\n## Instruction\n\n\`\`\`sh\ntrue\n\`\`\`\n`,
    );
    expect(project.read("second.task.md")).toContain(`dependsOn: [${key}]\n---\n\n## Instruction\n\nDo\n\n\\## it\n`);
    const before = (await eventsOf(project.id)).length;
    for (let n = 0; n < 3; n++) await project.look();
    project.forget();
    await project.look();
    expect((await eventsOf(project.id)).length).toBe(before);
  });

  it("an edit of the file changes the card, by the file's name; an edit of the card changes the file, and only there", async () => {
    const { id, version } = await newTask(project.id, { title: "One", status: "DRAFT" });
    await project.look();
    edit("one.task.md", "---\n\n", "estimate: 3 # days\narea: api\n---\n\nHello.\n\n");
    await project.look();
    expect(await taskNow(id)).toMatchObject({
      area: "api",
      description: "Hello.",
      version: version + 1,
      status: "DRAFT",
    });
    const last = (await eventsOf(project.id)).at(-1)!;
    expect(last).toMatchObject({ type: "TASK_UPDATED", actor: { type: "system", name: "Task file one.task.md" } });
    await call("task", "update", { taskId: id, version: version + 1, title: "Two", priority: 4 });
    await project.look();
    expect(project.read("one.task.md")).toMatch(
      /title: Two\n.*priority: highest\n.*estimate: 3 # days\narea: api\n---\n\nHello\.\n/s,
    );
  });
});

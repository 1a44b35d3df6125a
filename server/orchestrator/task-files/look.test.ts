import { unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { projectsWithFiles } from "@/lib/task/file/folder-lease.ts";
import type { TaskFile } from "@/lib/task/file/schema.ts";
import {
  call,
  eventsOf,
  newTask,
  newWorker,
  provideTestDatabase,
  putTask,
  refusal,
  reportOf,
} from "@/lib/testing/world.ts";
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

describe("when both were changed", () => {
  const both = async () => {
    const task = await newTask(project.id, { title: "One", status: "DRAFT", tags: ["a", "b"] });
    await project.look();
    edit("one.task.md", "title: One", "title: File's");
    edit("one.task.md", "[a, b]", "[b, c]");
    edit("one.task.md", "---\n\n", "area: file\n---\n\n");
    await call("task", "update", {
      taskId: task.id,
      version: task.version,
      title: "Card's",
      priority: 0,
      tags: ["a", "b", "d"],
    });
    await project.look();
    return task;
  };
  const fileOf = async (taskId: string) => (await call<{ file: TaskFile }>("task", "file", { taskId })).file;

  it("all that can be is merged; what cannot is kept on both sides and told, until a person chooses", async () => {
    const { id } = await both();
    expect(await taskNow(id)).toMatchObject({ title: "Card's", priority: 0, area: "file", tags: ["b", "d", "c"] });
    expect(project.read("one.task.md")).toMatch(/title: File's\n.*priority: lowest\ntags: \[b, d, c\]\narea: file\n/s);
    const { conflicts } = await fileOf(id);
    expect(conflicts).toMatchObject([{ field: "title", file: "File's", card: "Card's", reason: "BOTH_CHANGED" }]);
    const told = (await eventsOf(project.id)).filter(({ type }) => type === "TASK_FILE_CHANGED");
    expect(told).toMatchObject([
      { entityId: id, payload: { conflicts: ["title"] }, actor: { name: "Task file one.task.md" } },
    ]);
    project.forget();
    await project.look();
    expect(await fileOf(id)).toMatchObject({ conflicts });
    const seen = "something else";
    await refusal(call("task", "resolveFile", { taskId: id, field: "title", keep: "file", seen }), "VERSION_CONFLICT");
    await refusal(call("task", "resolveFile", { taskId: id, field: "area", keep: "file" }), "NOT_FOUND");
  });

  it.each([
    ["card", "Card's"],
    ["file", "File's"],
  ])("the %s's is what both say when it was chosen", async (keep, title) => {
    const { id } = await both();
    const [conflict] = (await fileOf(id)).conflicts;
    const { file } = await call<{ file: TaskFile }>("task", "resolveFile", {
      taskId: id,
      field: "title",
      keep,
      seen: conflict!.id,
    });
    expect(file.conflicts).toEqual([]);
    expect((await eventsOf(project.id)).at(-1)).toMatchObject({ type: "TASK_FILE_CHANGED", actor: { type: "person" } });
    await project.look();
    await project.look();
    expect([(await taskNow(id)).title, project.read("one.task.md").includes(`title: ${title}\n`)]).toEqual([
      title,
      true,
    ]);
    expect((await fileOf(id)).conflicts).toEqual([]);
  });

  it("agreeing by hand ends the conflict, too", async () => {
    const { id } = await both();
    edit("one.task.md", "File's", "Card's");
    await project.look();
    expect((await fileOf(id)).conflicts).toEqual([]);
  });
});

describe("what comes from a repository", () => {
  it("becomes a draft whatever it says, and waits for others by file, key or title", async () => {
    const { key } = await newTask(project.id, { title: "There already" });
    project.write(
      "b.task.md",
      `---\ntitle: After\nstatus: done\ndependsOn: [a, ${key}, Third one, nobody]\npriority: urgent-ish\n---\n## Instruction\n\`\`\`\nmake\n\`\`\`\n`,
    );
    project.write("a.task.md", "# Before\r\n\r\nWords.\r\n");
    await project.look();
    await project.look();
    const [, before, after] = await project.tasks();
    const byTitle = new Map([before, after].map((task) => [task!.title, task!]));
    expect(byTitle.get("Before")).toMatchObject({
      status: "DRAFT",
      description: "Words.",
      createdBy: { name: "Task file a.task.md" },
    });
    expect(byTitle.get("After")).toMatchObject({
      status: "DRAFT",
      spec: { command: "sh", args: ["-c", "make"] },
      openDependencies: 2,
    });
    expect(project.read("a.task.md")).toBe(
      `---\r\nkey: ${project.key}-${byTitle.get("Before")!.number}\r\nstatus: draft\r\n---\r\n\r\n# Before\r\n\r\nWords.\r\n`,
    );
    expect(project.read("b.task.md")).toContain(
      `status: draft\ndependsOn: [a, ${key}, Third one, nobody]\npriority: urgent-ish\n`,
    );
    expect((await project.row("b.task.md")).remarks).toEqual([
      "priority is not taken: there is no such value.",
      "dependsOn: there is no task Third one, nobody yet.",
    ]);
    project.write("c.task.md", "---\ntitle: Third one\n---\n");
    await project.look();
    expect((await taskNow(byTitle.get("After")!.id)).dependsOn).toHaveLength(3);
  });

  it("takes the approval back when it changes what is carried out, and leaves alone what has started", async () => {
    const { id } = await newTask(project.id, { title: "One", status: "APPROVED" });
    await call("task", "queue", { taskId: id });
    await project.look();
    edit("one.task.md", "priority: medium", "priority: high");
    await project.look();
    expect(await taskNow(id)).toMatchObject({ status: "QUEUED", priority: 3 });
    edit("one.task.md", "\ntrue\n", "\nrm -rf .\n");
    await project.look();
    expect(await taskNow(id)).toMatchObject({ status: "DRAFT", spec: { command: "sh", args: ["-c", "rm -rf ."] } });
    expect(project.read("one.task.md")).toContain("status: draft\n");
    await putTask(id, "RUNNING");
    edit("one.task.md", "rm -rf .", "false");
    await project.look();
    const { file } = await call<{ file: TaskFile }>("task", "file", { taskId: id });
    expect(file.conflicts).toMatchObject([
      { field: "instruction", file: "false", card: "rm -rf .", reason: "NEEDS_APPROVAL" },
    ]);
    expect(await taskNow(id)).toMatchObject({ spec: { args: ["-c", "rm -rf ."] } });
  });

  it("moves no card by a word, but that draft takes an approval back", async () => {
    const { id } = await newTask(project.id, { title: "One", status: "APPROVED" });
    await project.look();
    edit("one.task.md", "status: approved", "status: Done");
    await project.look();
    expect([(await taskNow(id)).status, (await project.row("one.task.md")).remarks]).toEqual([
      "APPROVED",
      ["The file said status Done. A card is moved on the board, not by its file."],
    ]);
    expect(project.read("one.task.md")).toContain("status: approved\n");
    edit("one.task.md", "status: approved", "status: Draft");
    await project.look();
    expect((await taskNow(id)).status).toBe("DRAFT");
  });
});

describe("files and cards that go", () => {
  it("a file that is deleted deletes no card and is not written again; it may come back, or under another name", async () => {
    const { id, version } = await newTask(project.id, { title: "One" });
    await project.look();
    const text = project.read("one.task.md");
    unlinkSync(join(project.folder, "one.task.md"));
    await project.look();
    await call("task", "update", { taskId: id, version, title: "Two" });
    await project.look();
    expect([project.files(), (await project.row("one.task.md")).goneAt]).toEqual([[], expect.any(Date)]);
    project.write("other.task.md", text.replace("tags", "x").replace("priority: medium", "priority: low"));
    await project.look();
    expect(await project.tasks()).toMatchObject([{ id, title: "Two", priority: 1 }]);
    expect(project.read("other.task.md")).toMatch(/title: Two\n.*priority: low/s);
    project.write("copy.task.md", project.read("other.task.md"));
    await project.look();
    expect([(await project.tasks()).length, await project.remarks()]).toEqual([
      1,
      [expect.stringMatching(/^copy.task.md says it is/)],
    ]);
  });

  it("the file of a deleted card stays and makes no new one until somebody changes it", async () => {
    const { id } = await newTask(project.id, { title: "One", status: "DRAFT" });
    await project.look();
    await call("task", "delete", { taskId: id });
    await project.look();
    expect([await project.tasks(), project.files()]).toEqual([[], ["one.task.md"]]);
    project.forget();
    await project.look();
    expect([await project.tasks(), await project.remarks()]).toEqual([
      [],
      [expect.stringMatching(/its card was deleted/)],
    ]);
    edit("one.task.md", "title: One", "title: Again");
    await project.look();
    expect(await project.tasks()).toMatchObject([{ title: "Again", status: "DRAFT" }]);
  });

  it("a file that cannot be read is left as it is, and says so on the card, until it can", async () => {
    const { id, version } = await newTask(project.id, { title: "One" });
    await project.look();
    const good = project.read("one.task.md");
    project.write("one.task.md", good.replace("title:", "title: ["));
    await call("task", "update", { taskId: id, version, area: "x" });
    await project.look();
    expect(project.read("one.task.md")).toBe(good.replace("title:", "title: ["));
    expect((await project.row("one.task.md")).remarks).toEqual([expect.stringMatching(/^The file cannot be read/)]);
    project.write("one.task.md", good);
    await project.look();
    expect([project.read("one.task.md").includes("area: x"), (await project.row("one.task.md")).remarks]).toEqual([
      true,
      [],
    ]);
  });

  it("sessions, what was said to them and the end of their output are told in the file, over whatever stood there", async () => {
    const { id } = await newTask(project.id, { title: "One" });
    await project.look();
    const worker = await newWorker();
    await call("task", "queue", { taskId: id });
    const { claims } = await worker.step([], 1);
    await project.look();
    expect(project.read("one.task.md")).toMatch(
      /status: running\n.*sessions: 1\n.*## Sessions\n\n- Attempt 1 · cli · starting · since /s,
    );
    edit("one.task.md", "Attempt 1", "Attempt 99");
    const bytes = Buffer.from("\x1b[31mred\x1b[0m\n```\ndone\n");
    await db().logChunk.create({ data: { sessionId: claims[0]!.sessionId, offset: 0, bytes } });
    await worker.step([reportOf(claims[0]!)], 0);
    await project.look();
    const text = project.read("one.task.md");
    expect(text).toMatch(/status: completed\n/);
    expect(text).toContain("- Attempt 1 · cli · succeeded · ");
    expect(text).toContain("## Log\n\nThe end of attempt 1's output:\n\n````\nred\n```\ndone\n````\n");
    expect((await taskNow(id)).description).toBe("");
  });

  it("a file that was changed a moment ago may be half written, and is left for the next look", async () => {
    const { id, version } = await newTask(project.id, { title: "One", description: "Words." });
    await project.look();
    const whole = project.read("one.task.md");
    project.write("one.task.md", whole.slice(0, 20));
    await call("task", "update", { taskId: id, version, area: "x" });
    const quietMs = 60_000;
    expect([await project.look({ quietMs }), project.read("one.task.md")]).toEqual([true, whole.slice(0, 20)]);
    project.write("one.task.md", whole);
    expect(await project.look()).toBe(false);
    expect(await taskNow(id)).toMatchObject({ description: "Words.", area: "x", status: "APPROVED" });
    expect(project.read("one.task.md")).toContain("area: x\n");
  });

  it("an archived project and one that is off are left alone, and only one orchestrator looks at a time", async () => {
    await project.look({ workerId: "00000000-0000-7000-8000-0000000000aa" });
    project.write("a.task.md", "# A\n");
    await project.look();
    expect(await project.tasks()).toEqual([]);
    expect((await projectsWithFiles(db())).map(({ id }) => id)).toContain(project.id);
    await call("project", "archive", { projectId: project.id });
    expect((await projectsWithFiles(db())).map(({ id }) => id)).not.toContain(project.id);
  });
});

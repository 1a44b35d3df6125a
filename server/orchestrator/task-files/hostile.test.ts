import { execFileSync } from "node:child_process";
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashOf } from "@/lib/task/file/hash.ts";
import { call, newTask, provideTestDatabase, refusal } from "@/lib/testing/world.ts";
import { type Folder, fileMaxBytes, filesMax, openFolder } from "../working-tree/folder.ts";
import { projectWithFiles } from "./testing.ts";

provideTestDatabase();
let elsewhere: string;
beforeEach(() => {
  elsewhere = mkdtempSync(join(tmpdir(), "runboard-elsewhere-"));
});
afterEach(() => rmSync(elsewhere, { recursive: true, force: true }));

describe("a working tree that means harm", () => {
  it.each([".runboard", ".runboard/tasks"])("is not followed out of itself where %s is a link", async (path) => {
    const project = await projectWithFiles();
    writeFileSync(join(elsewhere, "mine.task.md"), "# Mine\n");
    mkdirSync(join(elsewhere, "tasks"));
    if (path !== ".runboard") mkdirSync(join(project.repository, ".runboard"));
    symlinkSync(elsewhere, join(project.repository, path));
    await newTask(project.id, { title: "One" });
    await project.look();
    expect(readdirSync(elsewhere).sort()).toEqual(["mine.task.md", "tasks"]);
    expect(readdirSync(join(elsewhere, "tasks"))).toEqual([]);
    expect([(await project.tasks()).length, await project.remarks()]).toEqual([
      1,
      [expect.stringMatching(/links are not followed/)],
    ]);
    project.remove();
  });

  it("links, pipes and directories in the place of files are left alone, and nobody waits for them", async () => {
    const project = await projectWithFiles();
    await newTask(project.id, { title: "One", status: "DRAFT" });
    await project.look();
    writeFileSync(join(elsewhere, "secret"), "secret");
    rmSync(join(project.folder, "one.task.md"));
    symlinkSync(join(elsewhere, "secret"), join(project.folder, "one.task.md"));
    execFileSync("mkfifo", [join(project.folder, "pipe.task.md")]);
    mkdirSync(join(project.folder, "directory.task.md"));
    writeFileSync(join(project.folder, "bytes.task.md"), Buffer.from([0xff, 0xfe, 0x00]));
    writeFileSync(join(project.folder, "large.task.md"), "x".repeat(fileMaxBytes + 1));
    await project.look();
    const [task] = await project.tasks();
    await call("task", "update", { taskId: task!.id, version: task!.version, title: "Two" });
    await project.look();
    expect((await project.tasks()).map(({ title }) => title)).toEqual(["Two"]);
    expect([
      readFileSync(join(elsewhere, "secret"), "utf8"),
      lstatSync(join(project.folder, "one.task.md")).isSymbolicLink(),
    ]).toEqual(["secret", true]);
    expect((await project.remarks()) as string[]).toHaveLength(5);
    project.remove();
  });

  it("a repository without a working tree, and one behind a URL, are told in words", async () => {
    const project = await projectWithFiles();
    rmSync(project.repository, { recursive: true });
    execFileSync("git", ["init", "-q", "--bare", project.repository]);
    await project.look();
    expect(await project.remarks()).toEqual([expect.stringMatching(/bare/)]);
    project.remove();
    const { id } = await call<{ id: string }>("project", "get", { projectId: project.id });
    const { db } = await import("@/lib/db.ts");
    await db().project.update({
      where: { id },
      data: { repoPath: null, repoUrl: "https://example.org/a.git", settings: {} },
    });
    await refusal(call("project", "update", { projectId: id, settings: { taskFiles: "on" } }), "VALIDATION_FAILED");
  });
});

describe("the directory of task files", () => {
  let folder: Folder;
  let place: string;
  beforeEach(async () => {
    folder = (await openFolder({ workTree: elsewhere, names: [".runboard", "tasks"], isWanted: true })) as Folder;
    place = join(elsewhere, ".runboard", "tasks");
  });
  afterEach(() => folder.close());

  it("writes over nothing it has not read, keeps the mode, and leaves nothing behind", async () => {
    expect(await folder.create("a.task.md", "one")).toBe(true);
    expect(await folder.create("a.task.md", "two")).toBe(false);
    chmodSync(join(place, "a.task.md"), 0o640);
    linkSync(join(place, "a.task.md"), join(elsewhere, "same"));
    expect(await folder.replace("a.task.md", hashOf("two"), "three")).toBe(false);
    expect(await folder.replace("a.task.md", hashOf("one"), "three")).toBe(true);
    expect(await folder.replace("b.task.md", hashOf("one"), "three")).toBe(false);
    expect([readFileSync(join(place, "a.task.md"), "utf8"), statSync(join(place, "a.task.md")).mode & 0o777]).toEqual([
      "three",
      0o640,
    ]);
    expect([readFileSync(join(elsewhere, "same"), "utf8"), readdirSync(place)]).toEqual(["one", ["a.task.md"]]);
  });

  it("stays the one that was opened when another takes its name", async () => {
    rmSync(place, { recursive: true });
    mkdirSync(join(elsewhere, "other"));
    symlinkSync(join(elsewhere, "other"), place);
    await folder.create("a.task.md", "one").catch(() => {});
    expect(readdirSync(join(elsewhere, "other"))).toEqual(process.platform === "linux" ? [] : expect.anything());
  });

  it("counts no further than its bound, and says so", async () => {
    for (let n = 0; n < filesMax + 3; n++) writeFileSync(join(place, `${n}.task.md`), "");
    const { files, remarks } = await folder.list(".task.md");
    expect([files.size, remarks]).toEqual([filesMax, [expect.stringMatching(/more than 5000/)]]);
  });
});

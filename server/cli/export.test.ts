import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { env } from "@/lib/env.ts";
import { call, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { ownerToken } from "../web/testing.ts";
import { provideCommandLine, type Serving, serve } from "./testing.ts";
import { writeFiles } from "./write-files.ts";

provideTestDatabase();
const environment: Record<string, string> = { RUNBOARD_TOKEN: ownerToken };
const cli = provideCommandLine(environment);
let serving: Serving;
beforeAll(async () => {
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  serving = await serve();
  environment.RUNBOARD_URL = serving.url;
});
afterAll(() => serving.stop());

const projectOf = async (...titles: string[]) => {
  const project = await newProject();
  for (const title of titles) await newTask(project.id, { title });
  return project;
};

it("is written into a directory that is made for it, all pages, and written again where cards have changed", async () => {
  const { id, key } = await newProject();
  const tasks = Array.from({ length: 203 }, (_, at) => ({ title: `Card ${at}` }));
  await call("task", "createBatch", { projectId: id, tasks });
  const [to, told] = [join(cli.directory, "a/b"), (words: string) => ({ code: 0, out: words, err: "" })];
  expect(await cli.run(["project", "export", key, "--directory", to])).toEqual(told(`203 files written to ${to}.\n`));
  expect(readdirSync(to)).toHaveLength(203);
  expect(readFileSync(join(to, "card-7.task.md"), "utf8")).toMatch(/^---\nkey: .*-8\ntitle: Card 7\n/);
  const again = `0 files written to ${to}; 203 said the same already.\n`;
  expect(await cli.run(["project", "export", key, "--directory", to])).toEqual(told(again));

  writeFileSync(join(to, "card-7.task.md"), "mine");
  await call("task", "create", { projectId: id, title: "One more" });
  const refused = await cli.run(["project", "export", key, "--directory", to]);
  expect(refused).toMatchObject({ code: 2, out: "" });
  expect(refused.err).toContain("card-7.task.md says something else. Nothing was written; --force");
  expect(readdirSync(to)).toHaveLength(203);
  const forced = await cli.run(["project", "export", key, "--directory", to, "--force"]);
  expect(forced).toEqual(told(`2 files written to ${to}; 202 said the same already.\n`));
  expect(readFileSync(join(to, "card-7.task.md"), "utf8")).toContain("title: Card 7");
  expect(readdirSync(to)).toHaveLength(204);
}, 60_000);

it("is shown as a table, and printed as the API answers with --json", async () => {
  const { key } = await projectOf("Build", "Test");
  expect((await cli.run(["project", "export", key])).out).toMatch(/^NAME +SIZE *\nbuild\.task\.md .*\ntest\.task\.md /);
  const { items, nextCursor } = JSON.parse((await cli.run(["project", "export", key, "--limit", "1", "--json"])).out);
  expect([items.map(({ name }: { name: string }) => name), nextCursor]).toEqual([["build.task.md"], "1"]);
});

it("says what does not go together, and where nothing can be written", async () => {
  const { key } = await projectOf("Build");
  const errorOf = async (...args: string[]) => {
    const { code, err } = await cli.run(["project", "export", key, ...args]);
    expect(code).toBe(2);
    return err;
  };
  expect(await errorOf("--force")).toContain("give --directory");
  expect(await errorOf("--directory", "x", "--json")).toContain("give one of them");
  writeFileSync(join(cli.directory, "plain"), "");
  expect(await errorOf("--directory", join(cli.directory, "plain"))).toContain("cannot be written: ENOTDIR");
});

it("follows no link, and leaves the directory for no name", async () => {
  const directory = join(cli.directory, "links");
  mkdirSync(directory);
  const aim = join(cli.directory, "aim");
  writeFileSync(aim, "aim");
  symlinkSync(aim, join(directory, "build.task.md"));
  const files = [{ name: "build.task.md", text: "text" }];
  await expect(writeFiles(files, { directory, mayReplace: false })).rejects.toThrow("something else");
  expect(await writeFiles(files, { directory, mayReplace: true })).toBe(`1 file written to ${directory}.`);
  expect([readFileSync(aim, "utf8"), readFileSync(join(directory, "build.task.md"), "utf8")]).toEqual(["aim", "text"]);
  for (const name of ["../out.task.md", "a/b.task.md", ".task.md", "x.md", "a\\b.task.md"])
    await expect(writeFiles([{ name, text: "" }], { directory, mayReplace: true })).rejects.toThrow(
      "cannot be written",
    );
});

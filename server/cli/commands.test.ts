import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { call, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../git-testbed.ts";
import { ownerToken } from "../web/testing.ts";
import { provideCommandLine, type Serving, serve } from "./testing.ts";

provideTestDatabase();
const bed = createGitTestbed("cli");
const environment: Record<string, string> = { RUNBOARD_TOKEN: ownerToken };
const cli = provideCommandLine(environment);
let serving: Serving;
beforeAll(async () => {
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  serving = await serve();
  environment.RUNBOARD_URL = serving.url;
});
afterAll(async () => {
  await serving.stop();
  bed.remove();
});

const json = async <Answer>(...args: string[]): Promise<Answer> => {
  const { code, out, err } = await cli.run([...args, "--json"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Answer;
};
interface Page {
  items: { id: string; key: string; title: string; status: string }[];
  nextCursor: string | null;
}

describe("commands", () => {
  it("print what the API answers with --json, and a table without colour into a pipe", async () => {
    const { key } = await newProject();
    const created = await json<{ key: string; spec: object; priority: number; tags: string[]; status: string }>(
      ...["task", "create", key, "Try it", "--spec", "command=sh", "--spec", 'args=["-c","exit 0"]'],
      ...["--priority", "high", "--tags", "a,b", "--tags", "c", "--status", "approved", "--max-attempts", "2"],
    );
    const spec = { command: "sh", args: ["-c", "exit 0"] };
    const expected = { spec, priority: 3, tags: ["a", "b", "c"], status: "APPROVED", maxAttempts: 2 };
    expect(created).toMatchObject({ key: `${key}-1`, ...expected });
    expect(await call("task", "get", { taskId: created.key })).toMatchObject(expected);
    const { code, out } = await cli.run(["task", "list", key]);
    expect(code).toBe(0);
    const [head, row] = out.split("\n");
    expect(head).toMatch(/^KEY +STATUS +PRIORITY +TYPE +TITLE/);
    expect(row).toMatch(new RegExp(`^${key}-1 +APPROVED +high +cli +Try it`));
    expect(out).not.toContain("\u001b");
  });

  it("show rules and what they did", async () => {
    const { key } = await newProject();
    const made = await cli.run([
      ...["rule", "create", key, "--name", "Invoices", "--when", "source=operations", "--when", 'types=["APPROVE"]'],
      ...["--task", "title={{type}} {{document}}", "--task", 'spec={"command":"true"}'],
    ]);
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toMatch(/^Invoices is on: APPROVE → \{\{type}} \{\{document}} \(/);
    const operations =
      '[{"id":"1","document":"a","type":"APPROVE"},{"id":"2","document":"a","type":"APPROVE"},{"id":"3","document":"a","type":"x"}]';
    const posted = await cli.run(["operation", "post", key, "--operations", operations]);
    expect(posted.out).toMatch(new RegExp(`APPROVE a +CREATED +${key}-1 APPROVED`));
    expect(posted.out).toMatch(new RegExp(`APPROVE a +HELD +${key}-1 is about a, too`));
    expect(posted.out).toContain("No rule is about 3.");
    expect((await cli.run(["rule", "list", key])).out).toMatch(
      /Invoices +on +APPROVE +\{\{type}} \{\{document}} +1 +1 +0/,
    );
    expect((await cli.run(["trigger", "list", key, "--status", "held"])).out).not.toContain("CREATED");
    const ofTask = await json<{ items: object[] }>("trigger", "list", key, "--task", `${key}-1`);
    expect(ofTask.items).toMatchObject([{ status: "CREATED", task: { key: `${key}-1` } }]);
    expect((await cli.run(["trigger", "list", key, "--task", `${key}-9`])).code).toBe(4);
  });

  it("turn a rule off and on", async () => {
    const { id: projectId, key } = await newProject();
    const when = { source: "operations" };
    const task = { title: "{{type}}", spec: { command: "true" } };
    const { id } = await call("rule", "create", { projectId, name: "Invoices", when, task });
    expect(await json("rule", "update", id, "--no-is-enabled")).toMatchObject({ isEnabled: false, version: 2 });
    expect((await cli.run(["rule", "list", key])).out).toMatch(/Invoices +off/);
    expect(await json("rule", "update", id, "--is-enabled")).toMatchObject({ isEnabled: true });
  });

  it("fetch all pages with --all", async () => {
    const { key } = await newProject();
    await call("task", "createBatch", {
      projectId: key,
      tasks: Array.from({ length: 230 }, (_, at) => ({ title: `task ${at}` })),
    });
    const one = await json<Page>("task", "list", key, "--limit", "5");
    expect(one.items).toHaveLength(5);
    expect(one.nextCursor).toEqual(expect.any(String));
    const all = await json<Page>("task", "list", key, "--all");
    expect(new Set(all.items.map((task) => task.key)).size).toBe(230);
    expect(all.nextCursor).toBeNull();
  });

  it("take one value from stdin", async () => {
    const { key } = await newProject();
    const stdin = "# Notes\n\nmore\n";
    const described = await cli.run(["task", "create", key, "With notes", "--description", "-", "--json"], { stdin });
    expect(JSON.parse(described.out)).toMatchObject({ description: "# Notes\n\nmore" });
    const said = await cli.run(["chat", "post", key, "-", "--json"], { stdin: "hello\n" });
    expect(JSON.parse(said.out)).toMatchObject({ message: { text: "hello" } });
    const twice = await cli.run(["task", "create", key, "-", "--description", "-"], { stdin: "x" });
    expect(twice).toMatchObject({
      code: 2,
      out: "",
      err: expect.stringContaining("Only one value can come from stdin"),
    });
  });

  it("show what may be answered where the chat asks", async () => {
    const { key } = await newProject();
    const asked = async (line: string) => (await cli.run(["chat", "post", key, line])).out.split("\n").slice(-2);
    expect(await asked("/draft")).toEqual(["or stop", ""]);
    expect(await asked("Think")).toEqual(["command; or back, create now, stop", ""]);
    const [line] = await asked("claude-code");
    expect(line).toBe("lowest, low, medium, high, highest (default: medium); or back, create now, stop");
    const made = await json<{ reply: { text: string } }>("chat", "post", key, "create now");
    expect(made.reply.text).toBe(`${key}-1 is a draft.`);
  });

  it.each([
    ["an array", (tasks: object[]) => tasks],
    ["the object of the API", (tasks: object[]) => ({ tasks })],
  ])("create a graph from stdin as %s, all or nothing", async (_, form) => {
    const { key } = await newProject();
    const graph = [
      { ref: "a", title: "first" },
      { ref: "b", title: "second", dependsOn: ["a"] },
    ];
    const made = await cli.run(["task", "create-batch", key, "-", "--json"], { stdin: JSON.stringify(form(graph)) });
    expect(JSON.parse(made.out)).toMatchObject({ items: [{ ref: "a" }, { ref: "b", key: `${key}-2` }] });
    const broken = await cli.run(["task", "create-batch", key, "-"], { stdin: JSON.stringify(form([graph[1]!])) });
    expect(broken.code).not.toBe(0);
    expect((await json<Page>("task", "list", key)).items).toHaveLength(2);
  });

  it("change only what is named, and take away with --no-", async () => {
    const { key } = await newProject();
    await json("task", "create", key, "x", "--area", "shop", "--assignee", "me");
    const changed = await json("task", "update", `${key}-1`, "--no-area", "--title", "y");
    expect(changed).toMatchObject({ title: "y", area: null, assignee: "me" });
  });
});

describe("the project", () => {
  it("is the one of the current directory, or of one above it, or of a working tree's repository", async () => {
    const repository = bed.repository();
    const project = await newProject();
    await db().project.update({ where: { id: project.id }, data: { repoPath: repository } });
    const deep = join(repository, "a/b");
    mkdirSync(deep, { recursive: true });
    const link = join(cli.directory, "link");
    symlinkSync(repository, link);
    bed.plainGit(repository, "worktree", "add", "--quiet", join(cli.directory, "tree"));
    for (const directory of [repository, deep, link, join(cli.directory, "tree")]) {
      const { code, out } = await cli.run(["project", "get", "--json"], { directory });
      expect({ code, key: JSON.parse(out).key }, directory).toEqual({ code: 0, key: project.key });
    }
    expect(realpathSync(link)).toBe(realpathSync(repository));
  });

  it("may be said by RUNBOARD_PROJECT or --project; the place says it over all others", async () => {
    const [one, other] = [await newProject(), await newProject()];
    const here = { environment: { RUNBOARD_PROJECT: one.key } };
    const keyOf = async (...args: string[]) => JSON.parse((await cli.run([...args, "--json"], here)).out).key as string;
    expect(await keyOf("project", "get")).toBe(one.key);
    expect(await keyOf("project", "get", "--project", other.key)).toBe(other.key);
    expect(await keyOf("project", "get", other.key)).toBe(other.key);
    const task = await keyOf("task", "create", "only a title");
    expect(task).toBe(`${one.key}-1`);
  });

  it("is asked for where there is none, with those there are", async () => {
    const { key } = await newProject();
    const { code, out, err } = await cli.run(["task", "list"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("Which project?");
    expect(err).toContain(key);
  });

  it("narrows lists, unless --all-projects says otherwise", async () => {
    const [one, other] = [await newProject(), await newProject()];
    for (const { id } of [one, other]) await call("task", "queue", { taskId: (await newTask(id)).id });
    const here = { environment: { RUNBOARD_PROJECT: one.key } };
    const queued = async (...args: string[]) =>
      JSON.parse((await cli.run(["queue", "status", "--json", ...args], here)).out).items as { projectId: string }[];
    expect((await queued()).map(({ projectId }) => projectId)).toEqual([one.id]);
    expect((await queued("--all-projects")).map(({ projectId }) => projectId)).toContain(other.id);
  });
});

describe("what is wrong", () => {
  it("ends with the exit code of its kind", async () => {
    const { key, id } = await newProject();
    const task = await newTask(id, { title: "idle" });
    const codeOf = async (args: string[], more: Record<string, string> = {}) =>
      (await cli.run(args, { environment: more })).code;
    expect(await codeOf(["task", "create", key, "x", "--timeout-seconds", "0"])).toBe(2);
    expect(await codeOf(["task", "list", key], { RUNBOARD_TOKEN: "w".repeat(43) })).toBe(3);
    expect(await codeOf(["task", "get", `${key}-99`])).toBe(4);
    expect(await codeOf(["task", "accept", task.id])).toBe(5);
    expect(await codeOf(["session", "start", task.id, "--no-queue"])).toBe(6);
    expect(await codeOf(["task", "list", key], { RUNBOARD_URL: "http://127.0.0.1:9" })).toBe(7);
    expect(await call("task", "get", { taskId: task.id })).toMatchObject({ status: "APPROVED", attempts: 0 });
  });

  it("is said on stderr, in words or as the API's body, and stdout stays empty", async () => {
    const { key } = await newProject();
    const words = await cli.run(["task", "get", `${key}-99`]);
    expect(words).toEqual({ code: 4, out: "", err: `NOT_FOUND: There is no task ${key}-99.\n` });
    const body = await cli.run(["task", "get", `${key}-99`, "--json"]);
    expect(body.out).toBe("");
    expect(JSON.parse(body.err)).toEqual({
      code: "NOT_FOUND",
      message: `There is no task ${key}-99.`,
      details: { what: "task", id: `${key}-99` },
    });
    const usage = await cli.run(["--json", "task", "gte"]);
    expect(JSON.parse(usage.err)).toMatchObject({ code: "VALIDATION_FAILED" });
  });

  it.each([
    [["tsk", "list"], "(Did you mean task?)"],
    [["task", "lst"], "(Did you mean list?)"],
    [["task", "list", "--serch", "x"], "(Did you mean --search?)"],
    [["help", "sesion"], "Did you mean session?"],
    [["session", "list", "--status", "runing"], "did you mean RUNNING?"],
    [["task", "create", "K", "x", "--priority", "hihg"], "did you mean high?"],
  ])("%j offers what was meant", async (args, offer) => {
    const { code, out, err } = await cli.run(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(offer);
  });

  it("keeps the owner's token on this machine", async () => {
    const { code, err } = await cli.run(["project", "list"], {
      environment: { RUNBOARD_URL: "http://192.0.2.1", RUNBOARD_TOKEN: "" },
    });
    expect(code).toBe(3);
    expect(err).toContain("is not sent to http://192.0.2.1");
  });
});

describe("what cannot be undone", () => {
  it("is refused without a terminal, and done with --yes", async () => {
    const { id } = await newProject();
    const task = await newTask(id);
    const refused = await cli.run(["task", "delete", task.key]);
    expect(refused).toMatchObject({ code: 2, out: "", err: expect.stringContaining("--yes") });
    expect(await call("task", "get", { taskId: task.id })).toMatchObject({ id: task.id });
    expect((await cli.run(["task", "delete", task.key, "--yes"])).code).toBe(0);
    expect((await cli.run(["task", "get", task.key])).code).toBe(4);
  });

  it("is asked for in a terminal: no and Ctrl-D change nothing, yes does it", async () => {
    const { id } = await newProject();
    const task = await newTask(id);
    const no = await cli.runInTerminal(["task", "cancel", task.key], { "[y/N]": "n\r" });
    expect(no).toMatchObject({ code: 2, shown: expect.stringContaining("Nothing was changed") });
    expect(await call("task", "get", { taskId: task.id })).toMatchObject({ status: "APPROVED" });
    const end = await cli.runInTerminal(["task", "cancel", task.key], { "[y/N]": "\u0004" });
    expect(end).toMatchObject({ code: 2, shown: expect.stringMatching(/\[y\/N] .*\r\n.*Nothing was changed/s) });
    expect(await call("task", "get", { taskId: task.id })).toMatchObject({ status: "APPROVED" });
    const yes = await cli.runInTerminal(["task", "cancel", task.key], { "[y/N]": "y\r" });
    expect(yes.code).toBe(0);
    expect(await call("task", "get", { taskId: task.id })).toMatchObject({ status: "CANCELLED" });
  });
});

describe("a terminal", () => {
  const hostile = "\u001b]0;owned\u0007\u001b[31mred\u001b[2J\u202etxt.exe \u009b31m\u001b]52;c;eA==\u001b\\end";

  it("sees colours, unless NO_COLOR or --no-color says otherwise", async () => {
    const { id, key } = await newProject();
    await newTask(id);
    expect((await cli.runInTerminal(["task", "list", key])).shown).toContain("\u001b[1mKEY");
    expect((await cli.runInTerminal(["task", "list", key, "--no-color"])).shown).not.toContain("\u001b[1m");
    environment.NO_COLOR = "1";
    const { shown } = await cli.runInTerminal(["task", "list", key]);
    delete environment.NO_COLOR;
    expect(shown).not.toContain("\u001b[1m");
  });

  it("is never told by a title what to do", async () => {
    const { id, key } = await newProject();
    const task = await newTask(id, { title: hostile, description: hostile });
    for (const args of [
      ["task", "list", key],
      ["task", "get", task.key],
      ["event", "list", key],
      ["task", "get", task.key, "--json"],
    ]) {
      const { code, shown } = await cli.runInTerminal([...args, "--no-color"]);
      expect({ code, args }).toEqual({ code: 0, args });
      expect(shown).toContain("red");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(shown, args.join(" ")).not.toMatch(/[\u001b\u0007\u009b\u202e]/);
    }
    const { out } = await cli.run(["task", "get", task.key, "--json"]);
    expect(JSON.parse(out)).toMatchObject({ title: hostile.trim() });
  });

  it("is not written over its width", async () => {
    const { id, key } = await newProject();
    await newTask(id, { title: `${"宽".repeat(80)} 👩‍👩‍👧 end` });
    const { shown } = await cli.runInTerminal(["task", "list", key, "--no-color"]);
    const { default: widthOf } = await import("string-width");
    for (const line of shown.split("\r\n")) expect(widthOf(line)).toBeLessThanOrEqual(100);
    expect(shown).toContain("…");
  });
});

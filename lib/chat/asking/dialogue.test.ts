import { beforeEach, describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import { db } from "@/lib/db.ts";
import type { Task } from "@/lib/task/schema.ts";
import { call, eventsOf, newProject, newTask, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

type Posted = { message: ChatMessage; reply: ChatMessage | null };
const program: Caller = { actor: { type: "token", id: "0192", name: "A program" } };

const post = (projectId: string, text: string, how: { caller?: Caller } = {}) =>
  call<Posted>("chat", "post", { projectId, text }, how);
const tasksOf = async (projectId: string) => (await call<{ items: Task[] }>("task", "list", { projectId })).items;

/** Says one line after the other; answers the last reply. */
async function say(projectId: string, ...lines: string[]): Promise<ChatMessage> {
  let last: ChatMessage | null = null;
  for (const line of lines) last = (await post(projectId, line)).reply;
  return last!;
}

const made = (reply: ChatMessage) => call("task", "get", { taskId: reply.taskIds[0]! });
const stepOf = ({ asking }: ChatMessage) => asking?.step ?? null;

describe("/task alone", () => {
  it("asks what, by what, how urgent and after what, one question a message, and then starts the card", async () => {
    const project = await newProject();
    const before = await newTask(project.id, { title: "Lay the floor" });
    const what = await say(project.id, "/task");
    expect(what).toMatchObject({
      kind: "reply",
      taskIds: [],
      text: expect.stringMatching(/^What should the task do\?/),
    });
    expect(what.asking).toMatchObject({
      step: "title",
      of: { id: "owner" },
      choices: [],
      usual: null,
      moves: ["stop"],
    });
    const by = await say(project.id, "Sweep the floor");
    expect(by.asking).toMatchObject({ step: "type", usual: "command", moves: ["back", "create now", "stop"] });
    expect(by.asking!.choices[0]).toEqual({ answer: "command", label: "A command" });
    const which = await say(project.id, "command");
    expect(which.asking).toMatchObject({ step: "command", usual: "Sweep the floor" });
    const urgent = await say(project.id, "`broom --all`");
    expect(urgent.asking).toMatchObject({ step: "priority", usual: "medium" });
    expect(urgent.asking!.choices.map(({ answer }) => answer)).toEqual(["lowest", "low", "medium", "high", "highest"]);
    const after = await say(project.id, "HIGH");
    expect(after.asking!.choices).toEqual([
      { answer: "nothing", label: "Nothing" },
      { answer: before.key, label: `${before.key} Lay the floor` },
    ]);
    const done = await say(project.id, before.key.toLowerCase());
    expect(done).toMatchObject({ asking: null, text: expect.stringContaining(`waits for ${before.key}`) });
    expect(await made(done)).toMatchObject({
      ...{ title: "Sweep the floor", type: "cli", spec: { command: "sh", args: ["-c", "broom --all"] } },
      ...{ priority: 3, dependsOn: [before.id], status: "APPROVED", createdBy: { id: "owner" } },
    });
    expect((await eventsOf(project.id)).filter(({ type }) => type === "TASK_CREATED")).toHaveLength(2);
    expect((await post(project.id, "thank you")).reply).toBeNull();
  });

  it("asks only for what is missing", async () => {
    const project = await newProject();
    expect(stepOf(await say(project.id, "/task type:cli", "ls"))).toBe("priority");
    const reply = await say(project.id, "/task priority:high", "Run the tests `npm test`");
    expect(reply).toMatchObject({
      asking: { step: "after" },
      text: expect.stringMatching(/^It runs `npm test`\. What/),
    });
    const done = await say(project.id, "nothing");
    expect(done.text).toMatch(/is starting\.$/);
    expect(await made(done)).toMatchObject({ priority: 3, type: "cli", spec: { args: ["-c", "npm test"] } });
    const whole = await say(project.id, `/task type:cli priority:low after:${(await made(done)).number}`, "true");
    expect(await made(whole)).toMatchObject({ priority: 1, status: "APPROVED", spec: { args: ["-c", "true"] } });
  });

  it("offers the project's usual type first, and of the agents those that were found", async () => {
    const project = await newProject();
    await call("project", "update", { projectId: project.id, settings: { defaultTaskType: "gemini" } });
    const { id } = await newWorker();
    const found = (name: string, problem: string | null) => ({ name, program: "/x", version: null, problem });
    const agents = [found("claude-code", null), found("codex", "codex is not here")];
    await db().worker.update({ where: { id }, data: { agents } });
    const { asking } = await say(project.id, "/task", "Think");
    expect(asking!.choices.map(({ answer }) => answer)).toEqual(["gemini", "command", "claude-code", "claude-agent"]);
    expect((await say(project.id, "codex")).text).toBe(
      "No orchestrator has found codex here so far. How urgent is it?",
    );
    const done = await say(project.id, "back", "default", "create now");
    expect(await made(done)).toMatchObject({ type: "gemini", spec: { prompt: "Think" }, priority: 2 });
  });

  it("takes a command in backticks where it asked who", async () => {
    const project = await newProject();
    const done = await say(project.id, "/task", "Tidy up", "with `rm -r build`", "create now");
    expect(await made(done)).toMatchObject({ title: "Tidy up", type: "cli", spec: { args: ["-c", "rm -r build"] } });
  });

  it("/draft asks the same and starts nothing", async () => {
    const project = await newProject();
    const done = await say(project.id, "/draft", "An idea", "claude-code", "default", "default");
    expect(done.text).toMatch(/is a draft\.$/);
    expect(await made(done)).toMatchObject({ status: "DRAFT", type: "claude-code", spec: { prompt: "An idea" } });
  });
});

describe("at every step", () => {
  it("default takes what is usual, create now all that is left, and the line itself is the command", async () => {
    const project = await newProject();
    const done = await say(project.id, "/task", "true", "default", "default", "default", "default");
    expect(await made(done)).toMatchObject({ type: "cli", spec: { args: ["-c", "true"] }, priority: 2, dependsOn: [] });
    const now = await say(project.id, "/task priority:low", "true", "Create now.");
    expect(await made(now)).toMatchObject({
      type: "cli",
      spec: { args: ["-c", "true"] },
      priority: 1,
      status: "QUEUED",
    });
  });

  it("back takes the last answer out, as far as the first question", async () => {
    const project = await newProject();
    const lines = ["/task", "One", "command", "make one", "high"];
    expect(stepOf(await say(project.id, ...lines))).toBe("after");
    const steps = [];
    for (let at = 0; at < 4; at++) steps.push(stepOf(await say(project.id, "back")));
    expect(steps).toEqual(["priority", "command", "type", "title"]);
    expect(await say(project.id, "back")).toMatchObject({
      text: expect.stringMatching(/^This is the first question\./),
    });
    const done = await say(project.id, "Two `make two`", "low", "nothing");
    expect(await made(done)).toMatchObject({
      title: "Two `make two`",
      spec: { args: ["-c", "make two"] },
      priority: 1,
    });
  });

  it("stop and any command end it, and nothing is created", async () => {
    const project = await newProject();
    expect((await say(project.id, "/task", "One", "stop")).text).toBe("Nothing was created.");
    expect((await post(project.id, "claude-code")).reply).toBeNull();
    await say(project.id, "/task", "One", "/status");
    expect((await post(project.id, "claude-code")).reply).toBeNull();
    expect(await tasksOf(project.id)).toEqual([]);
  });

  it.each([
    [["/task"], "create now", "title", "There is nothing to create yet."],
    [["/task"], "default", "title", "There is no default for this."],
    [["/task", "One"], "robot", "type", "Nothing here is called robot; there are command, or a command in backticks."],
    [
      ["/task", "`true`"],
      "soon",
      "priority",
      "There is no priority soon; there are lowest, low, medium, high, highest.",
    ],
    [["/task", "`true`", "low"], "NO-7", "after", "There is no task NO-7."],
    [["/task", "`true`", "low"], "99", "after", "There is no task"],
    [["/task", "`true`", "low"], ",", "after", "That names no card."],
  ])("after %j the answer %j is told why not, and %s is asked again", async (lines, answer, step, words) => {
    const project = await newProject();
    const question = await say(project.id, ...lines);
    const again = await say(project.id, answer);
    expect([stepOf(again), again.text.startsWith(words), again.text.endsWith(plain(question.text))]).toEqual([
      step,
      true,
      true,
    ]);
    expect(again.asking).toEqual(question.asking);
    expect(await tasksOf(project.id)).toEqual([]);
  });

  it("a card of another project, and what the board refuses at the end, are told, and the step is asked again", async () => {
    const [project, other] = [await newProject(), await newProject()];
    const foreign = await newTask(other.id);
    const lines = ["/task", "`true`", "low"];
    expect((await say(project.id, ...lines, foreign.key)).text).toContain("belongs to another project");
    await call("config", "update", { values: { maxQueueSize: 1 } });
    await call("task", "queue", { taskId: foreign.id });
    const full = await say(project.id, "nothing");
    expect([stepOf(full), full.text]).toEqual(["after", expect.stringMatching(/queue holds 1/)]);
    expect(await tasksOf(project.id)).toEqual([]);
    await call("config", "update", { values: { maxQueueSize: 10_000 } });
    expect((await made(await say(project.id, "nothing"))).number).toBe(1);
  });
});

describe("a question", () => {
  it("is for whoever was asked, whatever others say meanwhile", async () => {
    const project = await newProject();
    await say(project.id, "/task", "One");
    expect((await post(project.id, "claude-code", { caller: program })).reply).toBeNull();
    const theirs = (await post(project.id, "/draft", { caller: program })).reply!;
    expect(theirs.asking).toMatchObject({ step: "title", of: { type: "token", id: "0192" } });
    expect(stepOf(await say(project.id, "claude-code"))).toBe("priority");
    const { reply } = await post(project.id, "Theirs `true`", { caller: program });
    expect(stepOf(reply!)).toBe("priority");
    const done = await say(project.id, "create now");
    expect(await made(done)).toMatchObject({ title: "One", type: "claude-code", createdBy: { type: "person" } });
  });

  it("stands in the thread as it was asked, and what it carries beside that is shown to nobody", async () => {
    const project = await newProject();
    const { asking } = await say(project.id, "/task", "One `true`");
    const { items } = await call<{ items: ChatMessage[] }>("chat", "list", { projectId: project.id });
    expect(items[0]!.asking).toEqual(asking);
    expect(Object.keys(asking!)).toEqual(["step", "of", "choices", "usual", "moves"]);
    expect(items.filter((one) => one.kind === "message").map((one) => one.asking)).toEqual([null, null]);
  });

  it("is written into the project that the line named, with cards of that project", async () => {
    const [here, there] = [await newProject(), await newProject()];
    const before = await newTask(there.id);
    const { asking } = await say(here.id, `/task project:${there.key}`, "`true`", "low");
    expect(asking!.choices.map(({ answer }) => answer)).toEqual(["nothing", before.key]);
    expect(await made(await say(here.id, "1"))).toMatchObject({ projectId: there.id, dependsOn: [before.id] });
  });
});

/** The question without the remark before it. */
const plain = (text: string) => text.replace(/^It runs `[^`]+`\. /, "");

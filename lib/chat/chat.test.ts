import { beforeEach, describe, expect, it } from "vitest";
import { chatCommands } from "@/lib/chat/command.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Task } from "@/lib/task/schema.ts";
import { runningAgent } from "@/lib/testing/agents.ts";
import { call, eventsOf, newProject, newTask, provideTestDatabase, putTask, quiet } from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

const post = (projectId: string, text: string) =>
  call<{ message: ChatMessage; reply: ChatMessage | null }>("chat", "post", { projectId, text });
const get = (taskId: string) => call("task", "get", { taskId });
const tasksOf = async (projectId: string) => (await call<{ items: Task[] }>("task", "list", { projectId })).items;

async function say(projectId: string, text: string): Promise<ChatMessage> {
  const { message, reply } = await post(projectId, text);
  expect(reply).toMatchObject({ kind: "reply", replyToId: message.id, author: { type: "system" } });
  return reply!;
}

describe("a command", () => {
  it("/task creates, approves and queues for the person, with autonomous mode off", async () => {
    const project = await newProject();
    const other = await newTask(project.id);
    await call("task", "complete", { taskId: other.id });
    const reply = await say(project.id, `/task priority:high tags:a,b after:${other.key} Run the tests \`npm test\``);
    const task = await get(reply.taskIds[0]!);
    expect(reply.text).toBe(`${task.key} is starting.`);
    expect(task).toMatchObject({
      status: "QUEUED",
      queuedBy: "person",
      priority: 3,
      tags: ["a", "b"],
      dependsOn: [other.id],
      title: "Run the tests `npm test`",
      spec: { command: "sh", args: ["-c", "npm test"] },
      createdBy: { id: "owner" },
    });
    expect((await eventsOf(project.id)).slice(-6).map(({ type, actor }) => [type, actor.type])).toEqual([
      ["CHAT_POSTED", "person"],
      ["TASK_CREATED", "person"],
      ["TASK_STATUS_CHANGED", "person"],
      ["TASK_STATUS_CHANGED", "person"],
      ["SESSION_QUEUED", "person"],
      ["CHAT_ANSWERED", "system"],
    ]);
  });

  it("/task with more than a title holds cuts it between two characters, and keeps the whole as the description", async () => {
    const project = await newProject();
    const words = `${"x".repeat(199)}😀 \`true\``;
    const task = await get((await say(project.id, `/task ${words}`)).taskIds[0]!);
    expect(task).toMatchObject({ title: "x".repeat(199), description: words });
  });

  it("/task after: an open one approves it and says what it waits for", async () => {
    const project = await newProject();
    const first = await newTask(project.id);
    const reply = await say(project.id, `/task after:${first.key.toLowerCase()} then this`);
    expect(reply.text).toContain(`waits for ${first.key}`);
    expect(await get(reply.taskIds[0]!)).toMatchObject({ status: "APPROVED", blockedBy: [first.id] });
  });

  it("/tasks makes a card a line: what can starts, what is indented waits, what says no command is a draft", async () => {
    const project = await newProject();
    const reply = await say(
      project.id,
      "/tasks\n- Build `make`\n  - priority:high Test `make test`\n- Think it over\n- [x] Old",
    );
    expect(reply.text).toBe(
      "3 cards: 1 starting, 1 approved and waiting for others, 1 a draft until it says what to run (a command goes in backticks). 1 ticked off already, and left out.",
    );
    const [build, test, think] = await Promise.all(reply.taskIds.map(get));
    expect(build).toMatchObject({ status: "QUEUED", queuedBy: "person", spec: { args: ["-c", "make"] } });
    expect(test).toMatchObject({ status: "APPROVED", dependsOn: [build!.id], priority: 3, title: "Test `make test`" });
    expect(think).toMatchObject({ status: "DRAFT", dependsOn: [], spec: {} });
  });

  it("/task project: writes into another project, /draft starts nothing", async () => {
    const [here, there] = [await newProject(), await newProject()];
    const elsewhere = await say(here.id, `/task project:${there.key} over there`);
    expect((await get(elsewhere.taskIds[0]!)).projectId).toBe(there.id);
    const draft = await say(here.id, "/draft priority:lowest an idea");
    expect(await get(draft.taskIds[0]!)).toMatchObject({ status: "DRAFT", priority: 0, projectId: here.id });
  });

  it("/prompt says something to the agent that works on a task, as the person who wrote it", async () => {
    const { project, claim } = await runningAgent();
    const reply = await say(project.id, `/prompt ${claim.key} Use tabs,  please`);
    expect(reply).toMatchObject({ taskIds: [claim.taskId], text: expect.stringContaining("next turn") });
    const { items } = await call<{ items: object[] }>("session", "prompts", { sessionId: claim.sessionId });
    expect(items).toMatchObject([{ text: "Use tabs,  please", author: { id: "owner" }, deliveredAt: null }]);
    expect((await say(project.id, `/prompt ${claim.key}`)).text).toContain("needs what to say");
  });

  it("/prompt to nobody is refused with the reason, and offers feedback", async () => {
    const project = await newProject();
    const task = await newTask(project.id);
    expect((await say(project.id, `/prompt ${task.key} Hello?`)).text).toMatch(
      /approved: no agent works on it.*feedback/,
    );
    const { project: other, claim } = await runningAgent({ type: "cli", spec: { command: "true" } });
    expect((await say(other.id, `/prompt ${claim.key} Hello?`)).text).toMatch(/takes no prompts.*feedback/);
    expect((await eventsOf(other.id)).map(({ type }) => type)).not.toContain("SESSION_PROMPTED");
  });

  it("/run, /status, /explain, /cancel, /auto and /help do what they say", async () => {
    const project = await newProject();
    const task = await newTask(project.id, { status: "DRAFT" });
    expect((await say(project.id, `/explain ${task.key}`)).text).toMatch(/draft/i);
    expect((await say(project.id, `/run ${task.key}`)).taskIds).toEqual([task.id]);
    expect((await get(task.id)).status).toBe("QUEUED");
    expect((await say(project.id, `/status ${task.key}`)).text).toBe(`${task.key} is queued.`);
    expect((await say(project.id, "/status")).text).toContain("1 queued. Autonomous mode is off");
    await say(project.id, `/cancel ${task.key}`);
    expect((await get(task.id)).status).toBe("CANCELLED");
    await say(project.id, "/auto on");
    expect((await call<Project>("project", "get", { projectId: project.id })).autonomousExecutionEnabled).toBe(true);
    await say(project.id, "/auto off");
    expect((await call<Project>("project", "get", { projectId: project.id })).autonomousExecutionEnabled).toBe(false);
    const help = (await say(project.id, "/help")).text;
    for (const { usage } of chatCommands) expect(help).toContain(usage);
  });

  it("/run of what waits for others makes it wait where it can, and is refused where it cannot", async () => {
    const project = await newProject();
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    const first = await newTask(project.id);
    const second = await newTask(project.id, { dependsOn: [first.id] });
    await call("task", "cancel", { taskId: second.id });
    const reply = await say(project.id, `/run ${second.key}`);
    expect(reply.text).toBe(`${second.key} waits for ${first.key}; it starts by itself then.`);
    expect((await get(second.id)).status).toBe("APPROVED");
    await putTask(second.id, "FAILED");
    const refused = await say(project.id, `/run ${second.key}`);
    expect(refused.text).toContain("Queue it with force to run it anyway.");
    expect((await get(second.id)).status).toBe("FAILED");
  });
});

describe("a command that is refused", () => {
  it.each([
    "/task after:NO-1 x",
    "/task priority:urgent x",
    "/task priority:soon x",
    "/task type:nothing x",
    "/task template:bugfix x",
    "/task project:NOWHERE x",
    "/task type:claude-agent after:NO-9 x",
    "/task after:NO-1",
    "/draft priority:soon",
    "/task project:NOWHERE",
    "/run",
    "/run NO-1",
    "/cancel NO-1",
    "/auto",
    "/auto maybe",
    "/explain",
    "/statsu",
    "/tasks",
    "/tasks\n- [x] done",
    "/tasks\nA `a`\npriority:soon B",
    "/tasks\nA `a`\nafter:9 B",
    "/tasks\nA `a`\nproject:OPS B",
  ])("%s answers why, and leaves only the two messages", async (text) => {
    const project = await newProject();
    const reply = await say(project.id, text);
    expect(reply).toMatchObject({ taskIds: [], text: expect.stringMatching(/\S/) });
    expect(await tasksOf(project.id)).toEqual([]);
    expect((await eventsOf(project.id)).map(({ type }) => type)).toEqual([
      "PROJECT_CREATED",
      "CHAT_POSTED",
      "CHAT_ANSWERED",
    ]);
  });

  it("half-way is undone whole: no task, no event of it, no number used", async () => {
    const project = await newProject();
    await call("config", "update", { values: { maxQueueSize: 1 } });
    const waiting = await newTask(project.id);
    await call("task", "queue", { taskId: waiting.id });
    const before = await eventsOf(project.id);
    const reply = await say(project.id, "/task one too many");
    expect(reply.text).toMatch(/queue holds 1/);
    expect((await tasksOf(project.id)).map(({ id }) => id)).toEqual([waiting.id]);
    expect((await eventsOf(project.id)).slice(before.length).map(({ type }) => type)).toEqual([
      "CHAT_POSTED",
      "CHAT_ANSWERED",
    ]);
    await call("config", "update", { values: { maxQueueSize: 10_000 } });
    expect((await newTask(project.id)).number).toBe(waiting.number + 1);
  });
});

describe("plain words", () => {
  it("are kept as they are; a request is offered as a command and nothing is done", async () => {
    const project = await newProject();
    const hostile = '<script>alert(1)</script> $(rm -rf /) \'; DROP TABLE "Task"; --';
    const { message, reply } = await post(project.id, hostile);
    expect([message.text, reply]).toEqual([hostile, null]);
    expect((await say(project.id, "please create a task to sweep the floor")).text).toContain(
      "`/task sweep the floor`",
    );
    expect(await tasksOf(project.id)).toEqual([]);
    const { items } = await call<{ items: ChatMessage[] }>("chat", "list", { projectId: project.id });
    expect(items.map(({ text }) => text).at(-1)).toBe(hostile);
  });
});

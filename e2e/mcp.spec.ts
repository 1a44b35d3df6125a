import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { claude, test } from "./claude-product.ts";
import { expect } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";
import { freshRepository } from "./repository.ts";

// The real Claude Code in a sandbox, with Runboard's own tools, against a loopback stand-in of the model's endpoint.

test.skip(claude === null, "Claude Code is not installed; npm test does it where it can be had.");
test.setTimeout(120_000);

interface Task {
  id: string;
  key: string;
  title: string;
  status: string;
  statusReason: string | null;
  dependsOn: string[];
  createdBy: { type: string; name: string };
}

async function newProject(product: Product, settings: object = {}): Promise<{ id: string; key: string }> {
  const given = { name: `Split ${Date.now()}`, repoPath: freshRepository() };
  const { body } = await product.api<{ id: string; key: string }>("POST", "/projects", given);
  await product.api("PATCH", `/projects/${body.id}`, { settings });
  return body;
}

async function carriedOut(product: Product, projectId: string, steps: string[]): Promise<Task> {
  const { body } = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    ...{ projectId, title: "Build a house", type: "claude-code", maxAttempts: 1, spec: { prompt: steps.join("\n") } },
  });
  return eventually(async () => {
    const { body: now } = await product.api<Task>("GET", `/tasks/${body.task.id}`);
    return ["COMPLETED", "FAILED"].includes(now.status) ? now : null;
  }, 90_000);
}

async function transcriptOf(product: Product, { id }: Task): Promise<string> {
  const { body } = await product.api<{ items: { id: string }[] }>("GET", `/sessions?taskId=${id}`);
  const logs = await product.api<{ items: { text: string }[] }>("GET", `/sessions/${body.items[0]!.id}/logs`);
  return logs.body.items.map(({ text }) => text).join("");
}

const calls = (tool: string, input: object) => `do: call mcp__runboard__${tool} ${JSON.stringify(input)}`;
const parts = [
  { ref: "stones", title: "Lay stones" },
  { ref: "walls", title: "Raise walls", dependsOn: ["stones"] },
  { ref: "roof", title: "Put the roof on", dependsOn: ["walls"] },
];

for (const [permissions, sandbox] of [
  ["allow", "auto"],
  ["deny", "auto"],
  ["ask", "process"],
] as const) {
  test(`an agent splits its task into three dependent ones, without asking anybody (permissions: ${permissions}, sandbox: ${sandbox})`, async ({
    product,
    page,
  }) => {
    const project = await newProject(product, { permissions, sandbox });
    const task = await carriedOut(product, project.id, [
      calls("task_create_batch", { tasks: parts }),
      calls("task_list", {}),
      "do: say Split.",
    ]);
    const transcript = await transcriptOf(product, task);
    expect(task, transcript).toMatchObject({ status: "COMPLETED", statusReason: "DONE" });
    const { body } = await product.api<{ items: Task[] }>("GET", `/projects/${project.id}/tasks?status=DRAFT`);
    expect(body.items.map(({ title }) => title)).toEqual(parts.map(({ title }) => title));
    const [stones, walls, roof] = body.items;
    expect([stones!.dependsOn, walls!.dependsOn, roof!.dependsOn]).toEqual([[], [stones!.id], [walls!.id]]);
    expect(roof!.createdBy).toMatchObject({ type: "session", name: `${task.key} attempt 1` });
    expect(transcript).toContain("Put the roof on");
    await page.goto(`/p/${project.key}`);
    await expect(page.getByText(`Added by ${task.key} attempt 1`)).toHaveCount(parts.length);
  });
}

test("an agent finds nothing of another project, ends nothing, and has no tools where its project gives none", async ({
  product,
}) => {
  const [own, other] = [await newProject(product), await newProject(product)];
  const { body: theirs } = await product.api<Task>("POST", `/projects/${other.id}/tasks`, { title: "Theirs" });
  const task = await carriedOut(product, own.id, [
    calls("task_get", { taskId: theirs.key }),
    calls("task_create", { projectId: other.key, title: "Planted" }),
    calls("task_create", { title: "Mine", dependsOn: [theirs.key] }),
    'do: run curl -s -o answer.json -w "%{http_code}" -X POST -H "authorization: Bearer $RUNBOARD_SANDBOX_TOKEN" "$RUNBOARD_URL/api/v1/tasks/$RUNBOARD_TASK_ID/cancel"',
    "do: say Tried.",
  ]);
  const transcript = await transcriptOf(product, task);
  expect(task, transcript).toMatchObject({ status: "COMPLETED" });
  expect(transcript.match(/NOT_FOUND/g)?.length).toBeGreaterThanOrEqual(3);
  expect(transcript).toContain("403");
  const tasksOf = async ({ id }: { id: string }) =>
    (await product.api<{ items: Task[] }>("GET", `/projects/${id}/tasks`)).body.items.map(({ title }) => title);
  expect([await tasksOf(own), await tasksOf(other)]).toEqual([["Build a house"], ["Theirs"]]);

  await product.api("PATCH", `/projects/${own.id}`, { settings: { boardTools: false } });
  const without = await carriedOut(product, own.id, [calls("task_create", { title: "Mine" }), "do: say Tried."]);
  expect(await transcriptOf(product, without)).toMatch(/No such tool/);
  expect(await tasksOf(own)).toEqual(["Build a house", "Build a house"]);
});

test("the protocol's own client drives a board over stdio: graph, start, prompt, log, cancel, clear", async ({
  product,
}) => {
  const client = new Client({ name: "somebody's editor", version: "1" });
  const env = { PATH: process.env.PATH!, RUNBOARD_HOME: product.home, PORT: new URL(product.url).port };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [".build/mcp.js"], env }));
  const use = async <Answer>(name: string, given: object) => {
    const result = await client.callTool({ name, arguments: given as Record<string, unknown> });
    expect(result.isError, JSON.stringify(result.content)).toBeFalsy();
    return result.structuredContent as Answer;
  };
  const { key: projectId } = await newProject(product, { maxConcurrentSessions: 1 });
  const agent = (prompt: string) => ({ type: "claude-code", spec: { prompt } });
  const { items } = await use<{ items: Task[] }>("task_create_batch", {
    projectId,
    tasks: [
      { ref: "first", title: "Waits", ...agent("do: run until [ -e go ]; do sleep 0.2; done\ndo: say Waited.") },
      { ref: "second", title: "Follows", ...agent("do: say Followed."), dependsOn: ["first"] },
      { title: "Beside", spec: { command: "true" } },
    ],
  });
  const [first, second, beside] = items;
  await use("session_start", { taskId: first!.key });
  const running = await eventually(async () => {
    const { items } = await use<{ items: { id: string; status: string }[] }>("session_list", { taskId: first!.key });
    return items.find(({ status }) => status === "RUNNING");
  }, 60_000);
  const sessionId = running.id;
  await eventually(async () => (await use<{ liveLine: string | null }>("session_get", { sessionId })).liveLine, 60_000);
  await use("session_prompt", { sessionId, text: "Mind the tests." });
  let [text, after] = ["", 0];
  await eventually(async () => {
    const page = await use<{ items: { text: string }[]; nextOffset: number }>("session_logs", {
      ...{ sessionId, after, waitSeconds: 5 },
    });
    text += page.items.map((item) => item.text).join("");
    after = page.nextOffset;
    return text.includes("until [ -e go ]");
  }, 60_000);
  await use("session_start", { taskId: beside!.key });
  const whyNot = async ({ key }: Task) =>
    (await use<{ reasons: { code: string }[] }>("task_explain", { taskId: key })).reasons[0]!.code;
  expect([await whyNot(beside!), await whyNot(second!)]).toEqual(["PROJECT_LIMIT", "DRAFT"]);
  expect(await use("queue_clear", { projectId })).toEqual({ cleared: [beside!.id] });
  expect(await use("session_cancel", { sessionId })).toMatchObject({ status: "CANCELLED" });
  const { contents } = await client.readResource({ uri: `runboard://projects/${projectId}/board` });
  expect((contents[0] as { text: string }).text).toContain(`${beside!.key} Beside`);
  await client.close();
});

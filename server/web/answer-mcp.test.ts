import { randomUUID } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it } from "vitest";
import { operations } from "@/lib/catalogue.ts";
import { db } from "@/lib/db.ts";
import { newSecret } from "@/lib/env.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import { runningAgent, sessionActor } from "@/lib/testing/agents.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, quiet, reportOf } from "@/lib/testing/world.ts";
import { answerApi, answerMcp } from "./answer-api.ts";
import { ask, asOwner, ownerToken, serveDuringTests, signedIn } from "./testing.ts";

provideTestDatabase();
const served = serveDuringTests({ handleApi: answerApi, handleMcp: answerMcp });

async function connect(token = ownerToken): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const transport = new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${served.port}/mcp`), { requestInit });
  await client.connect(transport as never);
  return client;
}

interface Called {
  isError?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, matched below.
  structuredContent?: Record<string, any>;
  content: { text: string }[];
}
const use = (client: Client, name: string, given: object = {}) =>
  client.callTool({ name, arguments: given as never }) as unknown as Promise<Called>;

const errorOf = ({ isError, content }: Called) => {
  expect(isError).toBe(true);
  return JSON.parse(content[0]!.text) as { code: string; message: string; nextStep: string };
};

describe("the official client", () => {
  it("connects and finds a tool for every operation of people, with its hints and schemas", async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: "runboard" });
    expect(client.getInstructions()).toContain("Kanban board");
    const { tools } = await client.listTools();
    const wanted = operations.filter(({ meta }) => meta.policy !== "sandbox");
    expect(tools.length).toBe(wanted.length);
    const tool = (name: string) => tools.find((one) => one.name === name)!;
    expect(tool("task_create_and_start")).toMatchObject({ title: expect.stringMatching(/^Create, approve and queue/) });
    expect(tool("session_cancel").annotations).toMatchObject({ destructiveHint: true, readOnlyHint: false });
    expect(tool("session_list").annotations).toMatchObject({ destructiveHint: false, readOnlyHint: true });
    expect(tool("session_list").inputSchema).toMatchObject({ properties: { limit: { default: 20 } } });
  });

  it("creates a graph, starts, prompts, follows, cancels and clears", async () => {
    await quiet();
    const client = await connect();
    const [project, worker] = [await newProject(), await newWorker()];
    const made = await use(client, "task_create_batch", {
      projectId: project.key,
      tasks: [
        { ref: "a", title: "first", type: "claude-code", spec: { prompt: "go" } },
        { ref: "b", title: "second", type: "claude-code", spec: { prompt: "go" }, dependsOn: ["a"] },
        { ref: "c", title: "beside", spec: { command: "true" } },
      ],
    });
    const [first, second, beside] = made.structuredContent!.items;
    const started = await use(client, "session_start", { taskId: first.key });
    expect(started.structuredContent).toMatchObject({ task: { status: "QUEUED" }, position: 1 });
    const [claim] = (await worker.step()).claims;
    const listed = await use(client, "session_list", { projectId: project.key });
    expect(listed.structuredContent!.items).toMatchObject([{ id: claim!.sessionId, taskKey: first.key }]);
    const { sessionId } = claim!;
    await db().session.update({ where: { id: sessionId }, data: { status: "RUNNING" } });
    expect(await use(client, "session_prompt", { sessionId, text: "hurry" })).toMatchObject({
      structuredContent: { text: "hurry", author: { id: "owner" } },
    });
    const following = use(client, "session_logs", { sessionId, waitSeconds: 20 });
    const { sandboxId } = claim!;
    await call(
      "sandbox",
      "log",
      { sandboxId, text: "at work\n" },
      { caller: { actor: sessionActor(claim!), sandboxId } },
    );
    expect((await following).structuredContent).toMatchObject({ items: [{ text: "at work\n" }], isComplete: false });
    expect(await use(client, "session_cancel", { sessionId })).toMatchObject({
      structuredContent: { status: "CANCELLED" },
    });
    await use(client, "session_start", { taskId: beside.key });
    expect(await use(client, "queue_clear", { projectId: project.key })).toMatchObject({
      structuredContent: { cleared: [beside.id] },
    });
    await use(client, "task_approve", { taskId: second.key });
    const blocked = errorOf(await use(client, "task_queue", { taskId: second.key }));
    expect(blocked).toMatchObject({ code: "TASK_BLOCKED", nextStep: expect.stringMatching(/^Wait until/) });
  });

  it("is told which argument is wrong, and what there is no tool for", async () => {
    const client = await connect();
    const wrong = errorOf(await use(client, "task_create", { projectId: "X", title: "", surprise: 1 }));
    expect(wrong).toMatchObject({ code: "VALIDATION_FAILED", details: { issues: expect.any(Array) } });
    await expect(use(client, "task_burn")).rejects.toThrow(/no tool task_burn/);
    const report = errorOf(await use(client, "sandbox_heartbeat", { sandboxId: randomUUID() }));
    expect(report.code).toBe("FORBIDDEN");
  });

  it("reads projects, the board with its reasons, and a task with its history", async () => {
    const client = await connect();
    const project = await newProject("The tower");
    const task = await newTask(project.id, { title: "Lay stones" });
    await newTask(project.id, { title: "Put a roof on", dependsOn: [task.key] });
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`runboard://projects/${project.key}/board`);
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toHaveLength(2);
    const read = async (uri: string) => (await client.readResource({ uri })).contents[0] as { text: string };
    const board = (await read(`runboard://projects/${project.key}/board`)).text;
    expect(board).toContain(`# ${project.key}: The tower`);
    expect(board).toMatch(new RegExp(`- ${project.key}-2 Put a roof on — .*waits for ${task.key}`));
    const { text } = await read(`runboard://tasks/${task.key}`);
    expect(JSON.parse(text)).toMatchObject({
      task: { key: task.key },
      sessions: [],
      events: [{ type: "TASK_CREATED" }],
    });
    await expect(read("runboard://tasks/NOPE-1")).rejects.toThrow(/no task NOPE-1/);
    await expect(read("runboard://elsewhere")).rejects.toThrow(/no resource/);
  });
});

describe("a session with its token", () => {
  async function session() {
    const { project, worker, claim } = await runningAgent();
    const token = newSecret();
    await db().sandbox.update({ where: { id: claim.sandboxId }, data: { tokenHash: hashToken(token) } });
    return { project, worker, claim, client: await connect(token), token };
  }

  it("is told who it is, sees the tools of its board and its reports, and need not name its project", async () => {
    const { project, claim, client } = await session();
    expect(client.getInstructions()).toContain(`task ${claim.key} of project ${project.key}`);
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["task_create_batch", "session_logs", "sandbox_heartbeat"]));
    expect(names).not.toEqual(expect.arrayContaining(["task_cancel"]));
    for (const name of ["task_approve", "project_list", "config_get", "question_answer", "chat_post", "queue_clear"])
      expect(names).not.toContain(name);
    expect(tools.find(({ name }) => name === "task_create")!.inputSchema.required).toEqual(["title"]);
    const made = await use(client, "task_create", { title: "one more" });
    expect(made.structuredContent).toMatchObject({
      status: "DRAFT",
      projectId: project.id,
      createdBy: { type: "session", id: claim.sessionId },
    });
    expect((await use(client, "sandbox_heartbeat")).isError).toBeUndefined();
    expect(errorOf(await use(client, "task_approve", { taskId: claim.key })).code).toBe("FORBIDDEN");
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      "runboard://projects",
      `runboard://projects/${project.key}/board`,
    ]);
  });

  it("finds nothing of another project, and is shut out when its attempt has ended", async () => {
    const { claim, client, worker, token } = await session();
    const theirs = await newTask((await newProject()).id);
    expect(errorOf(await use(client, "task_get", { taskId: theirs.key })).code).toBe("NOT_FOUND");
    await expect(client.readResource({ uri: `runboard://tasks/${theirs.key}` })).rejects.toThrow(/no task/);
    await worker.step([reportOf(claim)]);
    await expect(use(client, "task_get", { taskId: claim.key })).rejects.toThrow(/STALE_ATTEMPT/);
    await expect(connect(token)).rejects.toThrow(/STALE_ATTEMPT/);
  });
});

describe("the address of MCP", () => {
  const post = (body: string, headers: object = {}) =>
    ask(served.port, {
      ...{ method: "POST", path: "/mcp", body },
      headers: { ...asOwner, "content-type": "application/json", ...headers },
    });
  const rpc = (method: string, id: number | undefined = 1) => JSON.stringify({ jsonrpc: "2.0", id, method });

  it("stands behind the guard: credential, Host and Origin, and no form of another site", async () => {
    expect((await ask(served.port, { method: "POST", path: "/mcp" })).status).toBe(401);
    expect((await post(rpc("ping"), { authorization: "Bearer wrong" })).status).toBe(401);
    expect((await post(rpc("ping"), { host: "evil.test" })).status).toBe(421);
    expect((await post(rpc("ping"), { origin: "http://evil.test" })).status).toBe(403);
    expect((await post(rpc("ping"), { "content-type": "text/plain" })).status).toBe(415);
    const cookie = await signedIn();
    const byCookie = { ...cookie, "content-type": "application/json" };
    expect(
      (await ask(served.port, { method: "POST", path: "/mcp", body: rpc("ping"), headers: byCookie })).status,
    ).toBe(403);
    const answer = await post(rpc("ping"));
    expect(answer).toMatchObject({ status: 200, headers: { "x-content-type-options": "nosniff" } });
    expect(JSON.parse(answer.text)).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  });

  it("is stateless: no stream to listen to, no session to end", async () => {
    for (const method of ["GET", "DELETE"])
      expect(await ask(served.port, { method, path: "/mcp", headers: asOwner })).toMatchObject({
        status: 405,
        headers: { allow: "POST" },
      });
  });

  it("answers what is no message as the protocol says", async () => {
    expect(JSON.parse((await post("{")).text)).toMatchObject({ error: { code: -32700 } });
    expect(JSON.parse((await post("[]")).text)).toMatchObject({ error: { code: -32600 } });
    expect(JSON.parse((await post("{}")).text)).toMatchObject({ error: { code: -32600 } });
    expect(JSON.parse((await post(rpc("no/such"))).text)).toMatchObject({ id: 1, error: { code: -32601 } });
    expect(JSON.parse((await post(rpc("toString"))).text)).toMatchObject({ id: 1, error: { code: -32601 } });
    expect(JSON.parse((await post(rpc("tools/call"))).text)).toMatchObject({ id: 1, error: { code: -32602 } });
    expect((await post('{"jsonrpc":"2.0","method":"notifications/initialized"}')).status).toBe(202);
    expect((await post(rpc("ping"), { "mcp-protocol-version": "1999-01-01" })).status).toBe(400);
    expect(JSON.parse((await post(`[${rpc("ping")},${rpc("ping", 2)}]`)).text)).toMatchObject([{ id: 1 }, { id: 2 }]);
  });
});

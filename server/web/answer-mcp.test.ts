import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { describe, expect, it } from "vitest";
import { operations } from "@/lib/catalogue.ts";
import { newProject, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";
import { answerApi, answerMcp } from "./answer-api.ts";
import { ask, asOwner, ownerToken, serveDuringTests } from "./testing.ts";

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

describe("the official client", () => {
  it("connects, finds a tool for every operation, and its hints and schemas", async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: "runboard" });
    const { tools } = await client.listTools();
    expect(tools.length).toBe(operations.length);
  });

  it("creates a graph, starts, prompts, follows, cancels and clears", async () => {
    await quiet();
    const client = await connect();
    const project = await newProject();
    const worker = await newWorker();
    const made = await use(client, "task_create_batch", {
      projectId: project.key,
      tasks: [
        { ref: "a", title: "first", spec: { command: "true" } },
        { ref: "b", title: "second", spec: { command: "true" }, dependsOn: ["a"] },
      ],
    });
    const [first] = made.structuredContent!.items;
    const started = await use(client, "session_start", { taskId: first.key });
    expect(started.structuredContent).toMatchObject({ task: { status: "QUEUED" }, position: 1 });
    await worker.step();
    const { structuredContent } = await use(client, "session_list", { projectId: project.key });
    const [session] = structuredContent!.items;
    expect(session).toMatchObject({ taskKey: first.key });
    expect(await use(client, "session_logs", { sessionId: session.id })).toMatchObject({
      structuredContent: { items: [] },
    });
    const cancelled = await use(client, "session_cancel", { sessionId: session.id });
    expect(cancelled.isError).toBeUndefined();
    const blocked = await use(client, "task_queue", { taskId: made.structuredContent!.items[1].key });
    expect(blocked.isError).toBe(true);
    expect(JSON.parse(blocked.content[0]!.text)).toMatchObject({
      code: "ILLEGAL_TRANSITION",
      nextStep: expect.any(String),
    });
    expect(await use(client, "queue_clear", {})).toMatchObject({ structuredContent: { cleared: [] } });
  });

  it("is told 401 without a token, and 405 where there is no stream", async () => {
    expect((await ask(served.port, { method: "POST", path: "/mcp" })).status).toBe(401);
    expect((await ask(served.port, { path: "/mcp", headers: asOwner })).status).toBe(405);
  });
});

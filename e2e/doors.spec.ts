import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { expect, type Page } from "@playwright/test";
import { type ModelEndpoint, startModelEndpoint } from "../server/agent/testing/model-endpoint.ts";
import { realClaude } from "../server/agent/testing/programs.ts";
import { newProject, type ProjectAt } from "./busy-project.ts";
import { test as base, signIn } from "./fixtures.ts";
import { eventually, type Product, startProduct } from "./product.ts";

// One story told through every door: a graph, a task of it started, a word to its session, its output, the queue emptied, the session ended. The journal
// says the same each time, but for who it was and when.

const key = "the-key-of-the-model-0123456789";
const claude = realClaude();

const test = base.extend<object, { product: Product; model: ModelEndpoint }>({
  model: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from this pattern.
    async ({}, use) => {
      const model = await startModelEndpoint({ key });
      await use(model);
      await model.close();
    },
    { scope: "worker" },
  ],
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const product = await startProduct({
        environment: {
          ...{ RUNBOARD_DEMO: "off", RUNBOARD_SANDBOX: "process", ANTHROPIC_API_KEY: key },
          CLAUDE_CLI_PATH: resolve("server/agent/fake/fake-claude.mjs"),
        },
      });
      await use(product);
      await product.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
  page: async ({ page, product, context }, use) => {
    await context.addCookies([await signIn(product)]);
    await use(page);
  },
});
test.setTimeout(120_000);
test.describe.configure({ mode: "serial" });

const talk = "do: run until [ -e go ]; do sleep 0.2; done";
/** Taken when the tool that runs has ended, which it does not. */
const word = `A word in the middle.\n${talk}`;
const shell = (line: string) => ({ command: "sh", args: ["-c", line] });
const graph = [
  { ref: "1", title: "Talk to it", type: "claude-code", spec: { prompt: talk }, dependsOn: [], status: "APPROVED" },
  { ref: "2", title: "Wait `sleep 60`", type: "cli", spec: shell("sleep 60"), dependsOn: [], status: "APPROVED" },
  { ref: "3", title: "After it `true`", type: "cli", spec: shell("true"), dependsOn: ["1"], status: "APPROVED" },
];

/** What can be done through one of them. */
interface Door {
  create(project: ProjectAt): Promise<unknown>;
  start(project: ProjectAt, taskKey: string): Promise<unknown>;
  prompt(project: ProjectAt, sessionId: string, text: string): Promise<unknown>;
  /** Resolves when its output has come to the words. */
  read(project: ProjectAt, sessionId: string, words: string): Promise<unknown>;
  clear(project: ProjectAt): Promise<unknown>;
  cancel(project: ProjectAt, sessionId: string): Promise<unknown>;
}

/** Plays the story; answers what the journal says of it. */
async function play(product: Product, name: string, door: Door): Promise<string[]> {
  const project = await newProject(product, name);
  await product.api("PATCH", `/projects/${project.id}`, { settings: { maxConcurrentSessions: 1 } });
  const after = (await journalOf(product, project)).at(-1)!.seq;
  const [first, second] = [1, 2].map((number) => `${project.key}-${number}`);
  await door.create(project);
  await door.start(project, first!);
  const session = await eventually(async () => {
    const { body } = await product.api<{ items: { id: string; status: string }[] }>("GET", `/sessions?taskId=${first}`);
    return body.items[0]?.status === "RUNNING" && body.items[0];
  }, 60_000);
  await door.read(project, session.id, "until [ -e go ]");
  await door.prompt(project, session.id, word);
  await door.start(project, second!);
  await door.clear(project);
  await door.cancel(project, session.id);
  const said = async () => (await journalOf(product, project)).filter(({ seq }) => seq > after);
  // What the orchestrator has still to say of it.
  const last = ["SANDBOX_TERMINATED", "SESSION_PROMPT_REFUSED"];
  await eventually(async () => {
    const types = (await said()).map(({ type }) => type);
    return last.every((type) => types.includes(type));
  }, 60_000);
  return (await said()).map((event) => lineOf(event, project));
}

interface Event {
  seq: number;
  type: string;
  entityType: string;
  payload: Record<string, unknown>;
}
const journalOf = async (product: Product, { id }: ProjectAt) =>
  (await product.api<{ items: Event[] }>("GET", `/projects/${id}/events?limit=200`)).body.items;

/** Without what is another each time: ids, times, what the machine gave it. */
function lineOf({ type, entityType, payload }: Event, project: ProjectAt): string {
  const text = JSON.stringify(payload, (name, value) =>
    [
      "pid",
      "means",
      "at",
      "usage",
      "offset",
      "expiresAt",
      "availableAt",
      "estimatedStart",
      "baseCommit",
      "resultCommit",
    ].includes(name)
      ? undefined
      : value,
  );
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const line = `${type} ${entityType} ${text.replaceAll(uuid, "id").replaceAll(project.key, "KEY")}`;
  // How far the word had come when the agent was ended is a matter of time as well.
  return type === "SESSION_PROMPT_REFUSED" ? line.replace(/"reason":"[^"]*"/, "") : line;
}

let expected: string[] = [];

/** A program beside this one, which has to go on answering as the model. Answers its output; throws for an end other than 0. */
async function run(
  command: string,
  args: string[],
  options: { env: object; cwd?: string; input?: string },
): Promise<string> {
  const { input = "", ...rest } = options;
  const child = spawn(command, args, { ...rest, env: rest.env as NodeJS.ProcessEnv, timeout: 90_000 });
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${err}${out}`);
  return out;
}
const cli = "bin/runboard.mjs";

test("by HTTP", async ({ product }) => {
  const call = async (method: string, path: string, body?: object) => {
    const answer = await product.api<Record<string, unknown>>(method, path, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body;
  };
  const journal = await play(product, "By HTTP", {
    create: ({ id }) => call("POST", `/projects/${id}/tasks/batch`, { tasks: graph }),
    start: (_, taskId) => call("POST", `/tasks/${taskId}/queue`, {}),
    prompt: (_, id, text) => call("POST", `/sessions/${id}/prompts`, { text }),
    read: (_, id, words) =>
      eventually(
        async () => JSON.stringify(await call("GET", `/sessions/${id}/logs?waitSeconds=1`)).includes(words),
        60_000,
      ),
    clear: ({ id }) => call("DELETE", `/queue?projectId=${id}`),
    cancel: (_, id) => call("POST", `/sessions/${id}/cancel`, {}),
  });
  expected = journal.toSorted();
  const types = new Set(journal.map((line) => line.split(" ")[0]));
  for (const type of ["TASK_CREATED", "SESSION_PROMPTED", "QUEUE_CLEARED", "SESSION_ENDED"])
    expect(types).toContain(type);
});

test("by the command line", async ({ product }) => {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    RUNBOARD_HOME: product.home,
    RUNBOARD_URL: product.url,
  };
  const say = (args: string[], input = "") => run(process.execPath, [cli, ...args], { env, input });
  const journal = await play(product, "By command", {
    create: ({ key }) => say(["task", "create-batch", key, "-"], JSON.stringify(graph)),
    start: (_, task) => say(["task", "queue", task]),
    prompt: (_, id, text) => say(["session", "prompt", id, "-"], text),
    read: (_, id, words) => followUntil(["session", "logs", id, "--follow"], env, words),
    clear: ({ key }) => say(["queue", "clear", "--project", key, "--yes"]),
    cancel: (_, id) => say(["session", "cancel", id, "--yes"]),
  });
  expect(journal.toSorted()).toEqual(expected);
});

async function followUntil(args: string[], env: object, words: string): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [cli, ...args], { env: env as NodeJS.ProcessEnv });
  let heard = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout!.on("data", (chunk) => {
      heard += chunk;
      if (heard.includes(words)) resolve();
    });
    child.once("exit", () => reject(new Error(`It ended before that: ${heard}`)));
  });
  child.kill();
}

test("by MCP, through the official client and runboard mcp", async ({ product }) => {
  const client = new Client({ name: "doors", version: "1" });
  const env = {
    PATH: process.env.PATH!,
    HOME: process.env.HOME!,
    RUNBOARD_HOME: product.home,
    RUNBOARD_URL: product.url,
  };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ["bin/runboard.mjs", "mcp"], env }));
  const call = async (name: string, args: object) => {
    const answer = await client.callTool({ name, arguments: args as Record<string, unknown> });
    expect(answer.isError ?? false, JSON.stringify(answer.content)).toBe(false);
    return answer;
  };
  const journal = await play(product, "By tools", mcpDoor(call));
  await client.close();
  expect(journal.toSorted()).toEqual(expected);
});

type CallTool = (name: string, args: object) => Promise<unknown>;
const mcpDoor = (call: CallTool): Door => ({
  create: ({ key: projectId }) => call("task_create_batch", { projectId, tasks: graph }),
  start: (_, taskId) => call("task_queue", { taskId }),
  prompt: (_, sessionId, text) => call("session_prompt", { sessionId, text }),
  read: (_, sessionId, words) =>
    eventually(
      async () => JSON.stringify(await call("session_logs", { sessionId, waitSeconds: 1 })).includes(words),
      60_000,
    ),
  clear: ({ key: projectId }) => call("queue_clear", { projectId }),
  cancel: (_, sessionId) => call("session_cancel", { sessionId }),
});

test("by MCP, through Claude Code", async ({ product, model }) => {
  test.skip(claude === null, "Claude Code is not installed; npm test does it where it can be had.");
  const place = mkdtempSync(join(tmpdir(), "runboard-doors-"));
  const servers = join(place, "mcp.json");
  const headers = { Authorization: `Bearer ${product.token}` };
  writeFileSync(
    servers,
    JSON.stringify({ mcpServers: { runboard: { type: "http", url: `${product.url}/mcp`, headers } } }),
  );
  const env = {
    ...{ PATH: process.env.PATH, HOME: place, CLAUDE_CONFIG_DIR: place, CLAUDE_CODE_TMPDIR: place, IS_SANDBOX: "1" },
    ...{ ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1" },
    ...{ DISABLE_AUTOUPDATER: "1" },
  };
  // What the tool answered is in the stream of its events.
  const call: CallTool = async (name, args) => {
    const prompt = `do: call mcp__runboard__${name} ${JSON.stringify(args)}\ndo: say Done.`;
    const flags = ["-p", "--output-format", "stream-json", "--verbose", "--dangerously-skip-permissions"];
    const heard = await run(claude!, [...flags, "--mcp-config", servers, "--strict-mcp-config"], {
      env,
      cwd: place,
      input: prompt,
    });
    expect(heard).toContain('"tool_result"');
    expect(heard).not.toMatch(/"is_error":\s*true/);
    return heard;
  };
  const journal = await play(product, "By Claude", mcpDoor(call));
  rmSync(place, { recursive: true, force: true });
  expect(journal.toSorted()).toEqual(expected);
});

test("in the browser", async ({ product, page }) => {
  const journal = await play(product, "By hand", browserDoor(page));
  expect(journal.toSorted()).toEqual(expected);
});

const browserDoor = (page: Page): Door => ({
  create: async ({ key }) => {
    await page.goto(`/p/${key}`);
    await page.keyboard.press("Shift+C");
    const dialog = page.getByRole("dialog", { name: "Several tasks" });
    await dialog.getByRole("textbox").fill(JSON.stringify(graph));
    await dialog.getByRole("button", { name: "Create approved" }).click();
    await expect(dialog).toBeHidden();
  },
  start: async ({ key }, task) => {
    await page.goto(`/p/${key}/t/${task}`);
    await page.getByRole("button", { name: "Start", exact: true }).click();
    // It says that it is queued before it is.
    await expect(page.getByRole("button", { name: "Start", exact: true })).toBeHidden();
    await page.waitForLoadState("networkidle");
  },
  prompt: async ({ key }, _, text) => {
    await page.goto(`/p/${key}/t/${key}-1?tab=logs`);
    await page.getByRole("textbox", { name: "Say something to the agent" }).fill(text);
    await page.getByRole("button", { name: "Send" }).click();
    await expect(page.getByText("A word in the middle.").first()).toBeVisible();
  },
  read: async ({ key }, _, words) => {
    await page.goto(`/p/${key}/t/${key}-1?tab=logs`);
    await expect(page.getByRole("log", { name: /^Transcript of/ })).toContainText(words, { timeout: 60_000 });
  },
  clear: async ({ key }) => {
    await page.goto(`/p/${key}/queue`);
    await page.getByRole("button", { name: /Clear/ }).first().click();
    await page
      .getByRole("alertdialog")
      .getByRole("button", { name: /Clear|Return/ })
      .click();
    await expect(page.getByRole("alertdialog")).toBeHidden();
  },
  cancel: async ({ key }) => {
    await page.goto(`/p/${key}/t/${key}-1`);
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
  },
});

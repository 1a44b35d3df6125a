import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installedAcpAgent } from "../server/agent/testing/acp-programs.ts";
import { realMcpServer } from "../server/agent/testing/programs.ts";
import { claude, realKey, test } from "./claude-product.ts";
import { expect } from "./fixtures.ts";
import { eventually, freePort, type Product } from "./product.ts";
import { freshRepository, gitIn } from "./repository.ts";

// The real Claude Code, in the sandbox this machine has, against a loopback stand-in of the model's endpoint.

test.skip(claude === null, "Claude Code is not installed; npm test does it where it can be had.");
test.setTimeout(120_000);

interface Project {
  id: string;
  key: string;
}
interface Task {
  id: string;
  key: string;
  status: string;
  statusReason: string | null;
  attempts: number;
  lastError: string | null;
  resultCommit: string | null;
  session: { id: string } | null;
}
interface Session {
  id: string;
  attempt: number;
  reason: string | null;
  sandboxProvider: string;
  agentVersion: string | null;
  tokens: { input: number | null };
  costUsd: number | null;
  message: string | null;
}

async function newProject(product: Product, settings: object = {}) {
  const repoPath = freshRepository();
  const { body } = await product.api<Project>("POST", "/projects", { name: `Agents ${Date.now()}`, repoPath });
  await product.api("PATCH", `/projects/${body.id}`, { settings });
  return { ...body, repoPath };
}

async function start(product: Product, projectId: string, task: object): Promise<Task> {
  const { status, body } = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    projectId,
    title: "A task for Claude",
    type: "claude-code",
    ...task,
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.task;
}

const taskOf = async (product: Product, { id }: Task) => (await product.api<Task>("GET", `/tasks/${id}`)).body;
const sessionsOf = async (product: Product, { id }: Task) =>
  (await product.api<{ items: Session[] }>("GET", `/sessions?taskId=${id}`)).body.items;
const ended = (product: Product, task: Task) =>
  eventually(async () => {
    const now = await taskOf(product, task);
    return ["COMPLETED", "FAILED", "REVIEW"].includes(now.status) ? now : null;
  }, 60_000);
/** Writes down every variable that anything inside can see. */
const look = (file: string) => `(env; cat /proc/[0-9]*/environ) 2>/dev/null | tr '\\0' '\\n' > ${file}`;
const prompt = (...lines: string[]) => ({ spec: { prompt: lines.join("\n") } });

test("a file is written, committed and shown: transcript, tokens, cost; nobody but the gate has seen the key", async ({
  page,
  product,
}) => {
  const project = await newProject(product);
  const lines = ["do: write note.txt From Claude", `do: run ${look("seen.txt")}; true`, "do: say Written."];
  const task = await start(product, project.key, prompt(...lines));
  await page.goto(`/p/${project.key}/t/${task.key}?tab=logs`);
  expect(await ended(product, task)).toMatchObject({ status: "COMPLETED", statusReason: "DONE", attempts: 1 });
  const log = page.getByRole("log", { name: /^Transcript of/ });
  await expect(log).toContainText("note.txt");
  await expect(log).toContainText("The agent said that it is done.");
  await expect(page.getByText("$0.02").first()).toBeVisible();

  const [session] = await sessionsOf(product, task);
  expect(session).toMatchObject({
    reason: "DONE",
    sandboxProvider: "bwrap",
    agentVersion: expect.stringMatching(/^2\./),
  });
  expect(session!.tokens.input).toBeGreaterThan(0);
  expect(session!.costUsd).toBeGreaterThan(0);
  const { resultCommit } = await taskOf(product, task);
  expect(gitIn(project.repoPath, "show", `${resultCommit}:note.txt`)).toContain("From Claude");
  expect(gitIn(project.repoPath, "show", `${resultCommit}:seen.txt`)).toContain("ANTHROPIC_API_KEY=");
  expect(gitIn(project.repoPath, "show", `${resultCommit}:seen.txt`)).not.toContain(realKey);
});

test("what is said while a tool runs changes what it does, and has its receipt on the page", async ({
  page,
  product,
}) => {
  const project = await newProject(product);
  const wait = "do: run until [ -e go ]; do sleep 0.2; done";
  const task = await start(product, project.key, prompt(wait, "do: write first.txt no", "do: say First."));
  const session = await eventually(async () => (await taskOf(product, task)).session, 30_000);
  await page.goto(`/p/${project.key}/t/${task.key}?tab=logs`);
  const log = page.getByRole("log", { name: /^Transcript of/ });
  await expect(log).toContainText("until [ -e go ]", { timeout: 30_000 });
  await page
    .getByRole("textbox", { name: "Say something to the agent" })
    .fill("Rather this.\ndo: write other.txt yes\ndo: say Other.");
  await page.getByRole("button", { name: "Send" }).click();
  await expect(log).toContainText("The prompt has reached the agent", { timeout: 30_000 });
  writeFileSync(join(product.home, "sessions", session.id, "work", "go"), "");
  expect(await ended(product, task)).toMatchObject({ status: "COMPLETED" });
  const { body } = await product.api<{ items: { deliveredAt: string | null }[] }>(
    "GET",
    `/sessions/${session.id}/prompts`,
  );
  expect(body.items).toMatchObject([{ deliveredAt: expect.any(String) }]);
  const { resultCommit } = await taskOf(product, task);
  const files = gitIn(project.repoPath, "ls-tree", "--name-only", resultCommit!);
  expect(files).toContain("other.txt");
  expect(files).not.toContain("first.txt");
});

test("what it asks is answered from the inbox; a denial is not completed", async ({ page, product }) => {
  const project = await newProject(product, { permissions: "ask" });
  const allowed = await start(product, project.key, prompt("do: write asked.txt yes", "do: say Did it."));
  await page.goto(`/p/${project.key}/inbox`);
  await page
    .getByRole("button", { name: /^Allow/ })
    .first()
    .click({ timeout: 60_000 });
  expect(await ended(product, allowed)).toMatchObject({ status: "COMPLETED" });

  const denied = await start(product, project.key, prompt("do: write never.txt no", "do: say Tried."));
  await page.getByRole("button", { name: /^Deny/ }).first().click({ timeout: 60_000 });
  const confirm = page.getByRole("button", { name: /^Deny/ });
  if (await confirm.count()) await confirm.last().click();
  expect(await ended(product, denied)).toMatchObject({ status: "FAILED", statusReason: "PERMISSION_DENIED" });
});

test("after changes were requested the conversation goes on; errors of the provider end by their class", async ({
  product,
}) => {
  const project = await newProject(product, { requireReview: true });
  const task = await start(product, project.key, prompt("remember: blue", "do: write a.txt a", "do: say Noted."));
  expect(await ended(product, task)).toMatchObject({ status: "REVIEW" });
  await product.api("POST", `/tasks/${task.id}/request-changes`, { feedback: "And what was it?\ndo: recall" });
  const second = await eventually(async () => {
    const now = await taskOf(product, task);
    return now.attempts === 2 && now.status === "REVIEW" ? (now as Task & { result: { text: string } }) : null;
  }, 60_000);
  expect(second.result.text).toContain("blue");

  const refused = await start(product, project.key, prompt("do: fail 401"));
  expect(await ended(product, refused)).toMatchObject({
    status: "FAILED",
    statusReason: "AUTHENTICATION",
    attempts: 1,
  });
  const limited = await start(product, project.key, prompt("do: fail 429"));
  await eventually(
    async () => (await sessionsOf(product, limited)).find(({ reason }) => reason === "RATE_LIMITED"),
    90_000,
  );
  expect(await taskOf(product, limited)).toMatchObject({ status: "QUEUED" });
  await product.api("POST", `/tasks/${limited.id}/cancel`);
});

/** A task that has the server say something. */
async function callEcho(product: Product, projectKey: string, everything: object): Promise<string> {
  const prompt = 'do: call mcp__everything__echo {"message":"hello there"}\ndo: say Called.';
  const spec = { prompt, mcpServers: { everything } };
  const called = await start(product, projectKey, { type: "claude-agent", spec });
  expect(await ended(product, called)).toMatchObject({ status: "COMPLETED" });
  const [session] = await sessionsOf(product, called);
  const { body } = await product.api<{ items: { text: string }[] }>("GET", `/sessions/${session!.id}/logs`);
  return body.items.map(({ text }) => text).join("");
}

test("an MCP server of somebody else is called over stdio and over HTTP; one that is dead is an error", async ({
  product,
}) => {
  const server = realMcpServer();
  test.skip(server === null, "The MCP server is not installed.");
  const project = await newProject(product);
  const overStdio = { command: process.execPath, args: [server!, "stdio"] };
  expect(await callEcho(product, project.key, overStdio)).toContain("Echo: hello there");

  // On this machine's own loopback, which a project has to ask for.
  const open = await newProject(product, { network: "host" });
  const port = await freePort();
  const env = { ...process.env, PORT: `${port}` };
  const child = spawn(process.execPath, [server!, "streamableHttp"], { env, stdio: ["ignore", "ignore", "pipe"] });
  try {
    await new Promise<void>((resolve) =>
      child.stderr.on("data", (said) => `${said}`.includes("listening") && resolve()),
    );
    const overHttp = { url: `http://127.0.0.1:${port}/mcp` };
    expect(await callEcho(product, open.key, overHttp)).toContain("Echo: hello there");
  } finally {
    child.kill("SIGKILL");
  }

  const dead = await start(product, project.key, {
    type: "claude-agent",
    maxAttempts: 1,
    spec: { prompt: "do: say Never.", mcpServers: { gone: { command: "/bin/false" } } },
  });
  expect(await ended(product, dead)).toMatchObject({ status: "FAILED", statusReason: "MCP_SERVER" });
});

test("an agent of the Agent Client Protocol does the same: committed, with tokens and cost; refused is not completed", async ({
  product,
}) => {
  const command = installedAcpAgent(claude);
  test.skip(command === null, "Claude's adapter is not installed.");
  await product.api("PATCH", "/config", { values: { acpAgents: { adapter: { command } } } });
  const project = await newProject(product);
  const ask = (...lines: string[]) => ({ type: "acp", spec: { agent: "adapter", prompt: lines.join("\n") } });
  const lines = ["do: write note.txt By protocol", `do: run ${look("seen.txt")}; true`, "do: say Written."];
  const task = await start(product, project.key, ask(...lines));
  expect(await ended(product, task)).toMatchObject({ status: "COMPLETED", statusReason: "DONE", attempts: 1 });
  const [session] = await sessionsOf(product, task);
  expect(session).toMatchObject({ sandboxProvider: "bwrap", tokens: { input: expect.any(Number) } });
  expect(session!.costUsd).toBeGreaterThan(0);
  const { resultCommit } = await taskOf(product, task);
  expect(gitIn(project.repoPath, "show", `${resultCommit}:note.txt`)).toContain("By protocol");
  expect(gitIn(project.repoPath, "show", `${resultCommit}:seen.txt`)).not.toContain(realKey);

  const strict = await newProject(product, { permissions: "deny" });
  const refused = await start(product, strict.key, ask("do: write never.txt no", "do: say Tried."));
  expect(await ended(product, refused)).toMatchObject({ status: "FAILED", statusReason: "PERMISSION_DENIED" });
});

test("in a terminal Claude's own screen answers through the gate, and nothing inside has seen the key", async ({
  page,
  product,
}) => {
  const project = await newProject(product);
  const { body: task } = await product.api<Task>("POST", `/projects/${project.key}/tasks`, {
    ...{ title: "By hand", type: "claude-code", status: "APPROVED" },
    ...prompt("Never sent: in a terminal a person types."),
  });
  await product.api("POST", "/sessions", { taskId: task.id, type: "interactive" });
  await page.goto(`/p/${project.key}/t/${task.key}?tab=terminal`);
  await page.getByRole("button", { name: "Take over" }).click({ timeout: 60_000 });
  const screen = page.locator(".xterm-rows");
  // What is typed before its prompt is there is lost, and now and then a part of what is typed in the prompt's first moment; a person types
  // it again. An Enter that comes with the words before it is a line of a paste.
  const say = async (words: string, shown: string) => {
    await expect(async () => {
      await page.keyboard.press("Control+u");
      await page.keyboard.type(words);
      await expect(screen).toContainText(shown, { timeout: 5_000 });
    }).toPass({ timeout: 60_000 });
    await page.keyboard.press("Enter");
  };
  await expect(screen).toContainText("shift+tab to cycle", { timeout: 60_000 });
  await say("do: say Heard through the gate.", "do: say Heard through the gate.");
  await expect(screen).toContainText("● Heard through the gate.", { timeout: 60_000 });
  await say(`!${look("seen.txt")}; echo looked-$((1+1))`, "echo looked-$((1+1))");
  await expect(screen).toContainText("looked-2", { timeout: 60_000 });
  await page.keyboard.type("/exit");
  await page.keyboard.press("Enter");
  await expect(page.getByText("This terminal is closed.")).toBeVisible({ timeout: 60_000 });
  const { resultCommit } = await ended(product, task);
  const seen = gitIn(project.repoPath, "show", `${resultCommit}:seen.txt`);
  expect(seen).toContain("ANTHROPIC_AUTH_TOKEN=");
  expect(seen).not.toContain(realKey);
});

import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { AgentEvent } from "../lib/agent/events.ts";
import { newProject } from "./busy-project.ts";
import type { Product } from "./product.ts";

/**
 * Sessions of agents as an orchestrator would have written them, without one: rows and lines put into the product's database. Their
 * worker is of another host and its lease is long, so that no orchestrator takes them for lost.
 */
export interface PlantedAgents {
  projectId: string;
  running: string;
  reviewed: string;
  failed: string;
  ask(tool: string, input: string): Promise<string>;
  /** As the agent's driver would have: with its event. */
  refuse(promptId: string, reason: string): Promise<void>;
  say(...events: AgentEvent[]): Promise<void>;
  query(sql: string, values?: unknown[]): Promise<unknown[]>;
  close(): Promise<void>;
}

/** For an hour no task of this type starts, as an orchestrator says when a provider has asked its agent to wait. */
export async function plantPause(product: Product, projectId: string, agent: string): Promise<void> {
  const database = await connect(product);
  const actor = JSON.stringify({ type: "system", id: "orchestrator", name: "Runboard" });
  await database.query(
    `SELECT journal_append(pause_agent($1, date_trunc('milliseconds', clock_timestamp()) + interval '1 hour', 'RATE_LIMITED', $2::uuid, $3::jsonb))`,
    [agent, projectId, actor],
  );
  await database.end();
}

/** AGENTS, made once per product: one that runs, one to review, one that failed. */
export async function plantAgents(product: Product): Promise<PlantedAgents> {
  const database = await connect(product);
  const query = async (sql: string, values: unknown[] = []) => (await database.query(sql, values)).rows;
  const project = await newProject(product, "Agents");
  // What is queued again here stays queued.
  await product.api("PATCH", "/config", { values: { maxConcurrentPerAgentType: { "claude-code": 0 } } });
  const workerId = randomUUID();
  await query(
    `INSERT INTO "Worker" (id, "hostId", "bootId", pid, "startTime", "maxConcurrent", "leaseUntil", agents, sandboxes)
      VALUES ($1, $2, 'boot', 1, '0', 3, now() + interval '1 day', $3, $4)`,
    [workerId, randomUUID(), JSON.stringify(foundAgents), JSON.stringify(foundSandboxes)],
  );
  const plant = async (title: string, session: Record<string, unknown>, status: string) => {
    const { body: task } = await product.api<{ id: string; key: string }>("POST", `/projects/${project.id}/tasks`, {
      title,
      type: "claude-code",
      spec: { prompt: `${title}. Keep the tests green.`, model: "claude-opus-4", expectsChanges: true },
      description: "The sender gives up after one attempt. It should try again with growing waits.",
      tags: ["api"],
    });
    const sessionId = randomUUID();
    const row = {
      ...{ id: sessionId, taskId: task.id, projectId: project.id, attempt: 1, generation: 1, agent: "claude-code" },
      ...{ sandboxProvider: "bwrap", branch: `runboard/${task.key}/a1`, workerId, agentVersion: "2.1.4" },
      ...{ model: "claude-opus-4", baseCommit: "3d6caa9ca3cfe6de432cf1571acfc11f96855591", ...session },
    };
    const names = Object.keys(row);
    await query(
      `INSERT INTO "Session" (${names.map((name) => `"${name}"`).join(", ")}, "leaseUntil", "heartbeatAt")
        VALUES (${names.map((_, at) => `$${at + 1}`).join(", ")}, now() + interval '1 day', now() + interval '1 day')`,
      Object.values(row),
    );
    await query(
      `INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash", "terminatedAt", "removedAt")
        SELECT $1::uuid, $2, $3, 'bwrap', "hostId", id, $1::uuid::text, $5::timestamptz, $5::timestamptz FROM "Worker" WHERE id = $4`,
      [randomUUID(), sessionId, task.id, workerId, session.endedAt ?? null],
    );
    await query(
      `UPDATE "Task" SET status = $2, attempts = 1, generation = 1, "lastError" = $3, "statusSince" = now() WHERE id = $1`,
      [task.id, status, status === "FAILED" ? session.message : null],
    );
    return { sessionId, taskId: task.id, key: task.key };
  };
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  const running = await plant(
    "Add retry to the webhook sender",
    {
      ...{ status: "RUNNING", startedAt: ago(4), costUsd: 0.42, liveLine: "Edits src/webhooks/send.ts" },
      ...{ inputTokens: 12_340, outputTokens: 840, cacheReadTokens: 51_200 },
    },
    "RUNNING",
  );
  const reviewed = await plant(
    "Describe the webhook format",
    {
      ...{ status: "SUCCEEDED", reason: "DONE", startedAt: ago(60), endedAt: ago(55), costUsd: 1.1 },
      ...{ inputTokens: 40_000, outputTokens: 2200, cacheReadTokens: 0 },
    },
    "REVIEW",
  );
  const failed = await plant(
    "Sign the webhook body",
    {
      ...{ status: "FAILED", reason: "PERMISSION_DENIED", startedAt: ago(30), endedAt: ago(29) },
      message: "The agent was not allowed to use Bash.",
    },
    "FAILED",
  );
  const sayTo = async (sessionId: string, events: readonly AgentEvent[]) => {
    const bytes = Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join(""));
    await query(
      `WITH at AS (UPDATE "Session" SET "logBytes" = "logBytes" + $3::bigint WHERE id = $1::uuid RETURNING id, "logBytes" - $3::bigint AS start)
        INSERT INTO "LogChunk" ("sessionId", "offset", bytes) SELECT id, start, $2::bytea FROM at`,
      [sessionId, bytes, bytes.length],
    );
    await query("SELECT pg_notify('runboard_log', $1)", [sessionId]);
  };
  const promptId = randomUUID();
  await query(
    `INSERT INTO "SessionPrompt" (id, "sessionId", "projectId", text, author, "createdAt", "deliveredAt")
      VALUES ($1, $2, $3, $4, $5, now() - interval '2 minutes', now() - interval '1 minute')`,
    [promptId, running.sessionId, project.id, "Use growing waits, not fixed ones.", JSON.stringify(person)],
  );
  await sayTo(running.sessionId, runningStory(promptId));
  await sayTo(reviewed.sessionId, reviewedStory());
  await sayTo(failed.sessionId, failedStory());

  /** Into the journal, about the running session. */
  const append = async (type: string, facts: object) => {
    const event = {
      ...{ streamId: project.id, type, entityType: "session", entityId: running.sessionId },
      actor: { type: "system", id: "orchestrator", name: "Runboard" },
      payload: { taskId: running.taskId, attempt: 1, ...facts },
    };
    await query("SELECT journal_append($1::jsonb)", [JSON.stringify([event])]);
  };

  return {
    ...{ projectId: project.id, running: running.key, reviewed: reviewed.key, failed: failed.key, query },
    ask: async (tool, input) => {
      const questionId = randomUUID();
      const expiresAt = new Date(Date.now() + 1_800_000).toISOString();
      await query(
        `INSERT INTO "Question" (id, "sessionId", "taskId", "projectId", "askedAs", tool, input, "expiresAt")
          VALUES ($1::uuid, $2, $3, $4, $1::uuid::text, $5, $6, $7)`,
        [questionId, running.sessionId, running.taskId, project.id, tool, input, expiresAt],
      );
      await append("QUESTION_ASKED", { questionId, tool, input, expiresAt });
      return questionId;
    },
    refuse: async (promptId, reason) => {
      await query(`UPDATE "SessionPrompt" SET refusal = $2 WHERE id = $1`, [promptId, reason]);
      await append("SESSION_PROMPT_REFUSED", { promptId, reason });
    },
    say: (...events) => sayTo(running.sessionId, events),
    close: () => database.end(),
  };
}

/** The product's own PostgreSQL, through its socket. */
async function connect({ home }: Product): Promise<Client> {
  const directory = join(home, "postgres");
  const socket = join(directory, "socket");
  if (!existsSync(socket)) throw new Error(`No socket of a database below ${home}.`);
  const password = readFileSync(join(directory, "password"), "utf8").trim();
  const client = new Client({ user: "runboard", database: "runboard", host: socket, password });
  // It goes away with the product.
  client.on("error", () => {});
  await client.connect();
  return client;
}

const person = { type: "person", id: "owner", name: "Owner" };

const foundAgents = [
  { name: "claude-code", program: "/usr/local/bin/claude", version: "2.1.4", problem: null },
  {
    name: "codex",
    program: null,
    version: null,
    problem: "codex-acp is not on PATH. Install it, then restart the orchestrator.",
  },
];
const foundSandboxes = [
  { name: "bwrap", isIsolated: true, isUsable: true, problem: null },
  { name: "process", isIsolated: false, isUsable: true, problem: null },
];

const at = (second: number) => new Date(Date.UTC(2026, 10, 28, 9, 0, second)).toISOString();
const started = (): AgentEvent => ({
  ...{ kind: "started", at: at(0), agent: "claude-code", version: "2.1.4", model: "claude-opus-4" },
  ...{ conversationId: "c1", mcpServers: [{ name: "docs", status: "connected" }] },
});
const text = (second: number, words: string, role: "assistant" | "thinking" = "assistant"): AgentEvent => ({
  ...{ kind: "text", at: at(second), role, text: words },
});

export const tool = (
  second: number,
  toolId: string,
  { name, title, input, output, isError = false, changes = [] }: PlantedTool,
): AgentEvent[] => [
  { kind: "toolStarted", at: at(second), toolId, tool: name, title, input },
  ...(output === undefined
    ? []
    : [{ kind: "toolEnded", at: at(second + 3), toolId, isError, output, changes } as const]),
];

interface PlantedTool {
  name: string;
  title: string;
  input: string;
  /** undefined: it has not ended. */
  output?: string;
  isError?: boolean;
  changes?: { path: string; before: string | null; after: string }[];
}

const before = "export async function send(hook: Hook) {\n  await post(hook.url, hook.body);\n}\n";
const after =
  "export async function send(hook: Hook) {\n  for (const waitMs of [0, 1000, 4000]) {\n    await sleep(waitMs);\n    if (await post(hook.url, hook.body)) return;\n  }\n}\n";

const runningStory = (promptId: string): AgentEvent[] => [
  started(),
  {
    kind: "prompted",
    at: at(1),
    promptId: null,
    text: "# AGENTS-1: Add retry to the webhook sender\n\nKeep the tests green.\n",
  },
  text(2, "I look at the sender first, then at its tests.", "thinking"),
  text(3, "I start with `src/webhooks/send.ts`:\n\n- who calls it\n- what happens when the **first** try fails"),
  ...tool(4, "t1", {
    name: "Read",
    title: "src/webhooks/send.ts",
    input: '{"path":"src/webhooks/send.ts"}',
    output: before,
  }),
  ...tool(8, "t2", {
    ...{ name: "Bash", title: "npm test", input: "npm test", isError: true },
    output:
      "\u001b[32m✓\u001b[0m sends once\n\u001b[31m✗ sends again after a failure\u001b[0m\n  expected 2 calls, got 1\n",
  }),
  { kind: "prompted", at: at(12), promptId, text: "Use growing waits, not fixed ones." },
  ...tool(13, "t3", {
    ...{ name: "Edit", title: "src/webhooks/send.ts", input: '{"path":"src/webhooks/send.ts"}', output: "Updated." },
    changes: [{ path: "src/webhooks/send.ts", before, after }],
  }),
  { kind: "asked", at: at(17), askedAs: "q1", tool: "Bash", input: "rm -r dist" },
  { kind: "answered", at: at(20), askedAs: "q1", decision: "allow", by: "person" },
  { kind: "notice", at: at(21), level: "warning", text: "The model was slow to answer; it was asked again." },
  {
    kind: "spent",
    at: at(22),
    inputTokens: 12_340,
    outputTokens: 840,
    cacheReadTokens: 51_200,
    cacheWriteTokens: null,
    costUsd: 0.42,
  },
  ...tool(23, "t4", { name: "Bash", title: "npm test -- --watch=false", input: "npm test -- --watch=false" }),
];

const reviewedStory = (): AgentEvent[] => [
  started(),
  { kind: "prompted", at: at(1), promptId: null, text: "# AGENTS-2: Describe the webhook format\n" },
  ...tool(2, "t1", {
    ...{ name: "Write", title: "docs/webhooks.md", input: '{"path":"docs/webhooks.md"}', output: "Written." },
    changes: [{ path: "docs/webhooks.md", before: null, after: "# Webhooks\n\nEach call is signed.\n" }],
  }),
  {
    kind: "spent",
    at: at(9),
    inputTokens: 40_000,
    outputTokens: 2200,
    cacheReadTokens: 0,
    cacheWriteTokens: null,
    costUsd: 1.1,
  },
  {
    kind: "ended",
    at: at(10),
    reason: "DONE",
    message: "Done.",
    result: "The format is described in `docs/webhooks.md`.",
    turns: 3,
  },
];

const failedStory = (): AgentEvent[] => [
  started(),
  text(2, "I need to run the tests."),
  { kind: "asked", at: at(3), askedAs: "q1", tool: "Bash", input: "npm test" },
  { kind: "answered", at: at(4), askedAs: "q1", decision: "deny", by: "policy" },
  { kind: "ended", at: at(5), reason: "PERMISSION_DENIED", message: "I could not run the tests.", result: null },
];

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() =>
  Object.assign(process.env, {
    ...{ RUNBOARD_GRACE_MS: "500", RUNBOARD_POLL_MS: "100", RUNBOARD_SECRET_DOCS: "docs-s3cret" },
    ...{ MCP_SERVER_URL: "https://mcp.test/default", ANTHROPIC_API_KEY: "the-real-key" },
  }),
);

import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import type { Question } from "@/lib/question/schema.ts";
import type { Session, SessionPrompt } from "@/lib/session/schema.ts";
import { call, eventsOf, provideTestDatabase } from "@/lib/testing/world.ts";
import type { AgentPlan } from "../../agent/plan.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually as within } from "../../sandbox/eventually.ts";
import {
  ended,
  kill,
  leftOf,
  projectOn,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
  taskOf,
} from "../testing.ts";
import { queueAgent, standInDriver } from "./testing.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
provideTestDatabase();
/** Other tests may have the machine to themselves for a while. */
const eventually = <Found>(look: () => Promise<Found> | Found) => within(look, 60_000);
const bed = createGitTestbed("agents");
const standIn = standInDriver();
const running: RunningOrchestrator[] = [];
afterEach(async () => {
  for (const orchestrator of running.splice(0)) await orchestrator.stop();
});
afterAll(() => {
  bed.remove();
  standIn.remove();
});

async function orchestrate(): Promise<RunningOrchestrator> {
  const orchestrator = await startOrchestrator(standIn.arrange);
  running.push(orchestrator);
  return orchestrator;
}

const get = (taskId: string) => call("task", "get", { taskId });
const cardOf = async (taskId: string) => (await get(taskId)).session;
const sessionOf = async (taskId: string) => (await sessionsOf(taskId)).at(-1)!;
const say = (sessionId: string, text: string) => call<SessionPrompt>("session", "prompt", { sessionId, text });
const promptsOf = async (sessionId: string) =>
  (await call<{ items: SessionPrompt[] }>("session", "prompts", { sessionId })).items;
const asked = (taskId: string) =>
  eventually(async () => (await call<{ items: Question[] }>("question", "list", { taskId })).items[0]);
const answer = (questionId: string, decision: string) => call("question", "answer", { questionId, decision });
const typesOf = async (projectId: string) => (await eventsOf(projectId)).map(({ type }) => type);
/** Resolves with the plan the driver was given. */
const planOf = async (taskId: string): Promise<AgentPlan> => {
  const path = await eventually(async () => {
    const [session] = await sessionsOf(taskId);
    const plan = join(home.sessions, session?.id ?? "none", "agent.json");
    return existsSync(plan) && plan;
  });
  return JSON.parse(readFileSync(path, "utf8"));
};

const ask = `emit({ kind: "asked", askedAs: "q1", tool: "Bash", input: "rm -r build" });`;
const start = `emit({ kind: "started", agent: "claude-code", version: "2.1.0", model: "opus", conversationId: "talk-1", mcpServers: [] });`;
const spend = (costUsd: number) =>
  `emit({ kind: "spent", costUsd: ${costUsd}, inputTokens: 1200, outputTokens: 30, cacheReadTokens: null, cacheWriteTokens: null });`;

describe("an agent that works", () => {
  it("shows what it does and costs while it runs, is told what a person says, and is COMPLETED with its answer and its commit", async () => {
    await orchestrate();
    const repository = bed.repository();
    const project = await projectOn(repository);
    const taskId = await queueAgent(
      project.id,
      `${start} ${spend(0.25)}
       emit({ kind: "toolStarted", toolId: "1", tool: "Bash", title: "npm test", input: "{}" });
       const { promptId, text } = await heard("prompt");
       emit({ kind: "prompted", promptId, text });
       fs.writeFileSync(path.join(plan.work, "said.txt"), text);
       await heard("prompt", 2);
       ${spend(0.5)}
       end("DONE", { result: "All done." });`,
    );
    await eventually(async () => (await cardOf(taskId))?.liveLine === "npm test");
    expect(await cardOf(taskId)).toMatchObject({ agent: "claude-code", costUsd: 0.25, openQuestions: 0 });
    const { id: sessionId } = await sessionOf(taskId);
    const said = await say(sessionId, "Use tabs.");
    await eventually(async () => (await promptsOf(sessionId))[0]?.deliveredAt);
    const late = await say(sessionId, "Stop.");

    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", result: { text: "All done." } });
    const session = await call<Session>("session", "get", { sessionId });
    expect(session).toMatchObject({
      ...{ status: "SUCCEEDED", reason: "DONE", agentVersion: "2.1.0", model: "opus", liveLine: null },
      ...{ costUsd: 0.5, tokens: { input: 1200, output: 30, cacheRead: null, cacheWrite: null } },
    });
    expect(bed.plainGit(repository, "show", `${session.resultCommit}:said.txt`)).toBe("Use tabs.");
    const [first, second] = await promptsOf(sessionId);
    expect(first).toMatchObject({ id: said.id, refusal: null, deliveredAt: expect.any(String) });
    expect(second).toMatchObject({ id: late.id, refusal: expect.stringContaining("ended before") });
    expect((await typesOf(project.id)).filter((type) => type.startsWith("SESSION_PROMPT"))).toEqual([
      ...["SESSION_PROMPTED", "SESSION_PROMPT_DELIVERED", "SESSION_PROMPTED", "SESSION_PROMPT_REFUSED"],
    ]);
    await eventually(async () => (await leftOf(taskId)).length === 0);
  });

  it("asks, and is answered; what nobody answers in time is answered by policy, once", async () => {
    await orchestrate();
    const project = await projectOn(bed.repository(), { questionOnTimeout: "allow", questionTimeoutSeconds: 600 });
    const taskId = await queueAgent(
      project.id,
      `${ask} const first = await heard("answer");
       emit({ kind: "answered", askedAs: "q1", decision: first.decision, by: first.by });
       emit({ kind: "asked", askedAs: "q2", tool: "Write", input: "x" });
       const second = await heard("answer", 2);
       end("DONE", { result: JSON.stringify([first, second]) });`,
    );
    const question = await asked(taskId);
    expect(question).toMatchObject({ tool: "Bash", input: "rm -r build", isOpen: true });
    expect(await cardOf(taskId)).toMatchObject({ openQuestions: 1 });
    await answer(question.id, "deny");
    const open = { taskId, answeredAt: null, NOT: { id: question.id } };
    const second = await eventually(() => db().question.findFirst({ where: open }));
    await db().question.update({ where: { id: second.id }, data: { expiresAt: new Date(0) } });

    const { result } = await ended(taskId);
    expect(JSON.parse((result as { text: string }).text)).toEqual([
      { kind: "answer", askedAs: "q1", decision: "deny", message: null, by: "person" },
      { kind: "answer", askedAs: "q2", decision: "allow", message: "Nobody answered in time.", by: "policy" },
    ]);
    const answered = (await eventsOf(project.id)).filter(({ type }) => type === "QUESTION_ANSWERED");
    expect(answered.map(({ actor }) => actor.type)).toEqual(["person", "system"]);
  });

  it("goes on with its conversation after changes were requested, on the same host and with the feedback alone", async () => {
    await orchestrate();
    const project = await projectOn(bed.repository(), { requireReview: true });
    const taskId = await queueAgent(
      project.id,
      `${start} fs.mkdirSync(path.join(directory, "conversation"));
       fs.writeFileSync(path.join(directory, "conversation", "memory"), "what was said");
       fs.symlinkSync("/etc/hostname", path.join(directory, "conversation", "planted"));
       end("DONE", { result: "first" });`,
    );
    expect(await ended(taskId)).toMatchObject({ status: "REVIEW" });
    const [first] = await sessionsOf(taskId);
    await call("task", "requestChanges", {
      taskId,
      feedback:
        "```\nconst kept = fs.readdirSync(path.join(directory, 'conversation')); end('DONE', { result: JSON.stringify({ plan, kept }) })\n```",
    });
    await eventually(async () => (await taskOf(taskId)).attempts === 2);
    const { result } = await eventually(async () => {
      const task = await taskOf(taskId);
      return task.status === "REVIEW" && task.attempts === 2 && task;
    });
    const { plan, kept } = JSON.parse((result as { text: string }).text);
    expect(plan.conversationId).toBe("talk-1");
    expect(plan.prompt).toMatch(/^## Feedback from a person/);
    expect(kept).toEqual(["memory"]);
    expect(first!.reason).toBe("DONE");
  });

  it("is given a plan with everything in it and nothing that is not its own", async () => {
    await orchestrate();
    const secret = `$\{secret:DOCS}`;
    const project = await projectOn(bed.repository(), {
      ...{ model: "sonnet", permissions: "ask", sessionBudgetUsd: 2, allowedHosts: ["registry.test"] },
      mcpServers: { docs: { url: "http://docs.test:8080/mcp", headers: { authorization: `Bearer ${secret}` } } },
    });
    const taskId = await queueAgent(project.id, "await heard('prompt')", {
      type: "claude-agent",
      spec: { mcpServers: { own: { command: "own-server", args: ["--x"] } } },
    });
    const plan = await planOf(taskId);
    const { id } = await eventually(async () => (await sessionsOf(taskId))[0]);
    const directory = join(home.sessions, id);
    expect(plan).toMatchObject({
      ...{ agent: "claude-agent", model: "sonnet", permissions: "ask", budgetUsd: 2, conversationId: null, flags: [] },
      ...{ work: join(directory, "work"), home: join(directory, "home"), tmp: join(directory, "tmp") },
      mcpServers: {
        default: { url: "https://mcp.test/default" },
        docs: { url: "http://docs.test:8080/mcp", headers: { authorization: "Bearer docs-s3cret" } },
        own: { command: "own-server", args: ["--x"] },
      },
      gate: {
        relay: null,
        upstream: env.ANTHROPIC_BASE_URL,
        allowedHosts: ["registry.test", "mcp.test", "docs.test:8080"],
      },
    });
    expect(plan.gate.token).toHaveLength(43);
    expect(JSON.stringify(plan)).not.toContain("the-real-key");
    await call("task", "cancel", { taskId });
    await eventually(async () => (await leftOf(taskId)).length === 0);
  });
});

describe("an agent's end", () => {
  const wait = "{ await new Promise((resolve) => setTimeout(resolve, 5)) }";
  it.each<[string, string, object, object]>([
    [
      "without a word is a crash and is tried again",
      "process.exit(3)",
      {},
      { status: "QUEUED", statusReason: "AGENT_CRASHED", failures: 1 },
    ],
    [
      "without permission is not tried again",
      'end("PERMISSION_DENIED", { message: "Not allowed: Bash" })',
      {},
      { status: "FAILED", statusReason: "PERMISSION_DENIED", lastError: "Not allowed: Bash" },
    ],
    [
      "with an error is tried again",
      `${wait} end("AGENT_ERROR", { message: "Overloaded" })`,
      {},
      { status: "QUEUED", statusReason: "AGENT_ERROR", lastError: "Overloaded" },
    ],
    [
      "without changes that were asked for has not succeeded",
      'end("DONE", { result: "Nothing to do." })',
      { spec: { expectsChanges: true } },
      { status: "QUEUED", statusReason: "NO_CHANGES", lastError: expect.stringContaining("Nothing to do.") },
    ],
    [
      "with changes that were asked for has",
      'fs.writeFileSync(path.join(plan.work, "x"), "x"); end("DONE")',
      { spec: { expectsChanges: true } },
      { status: "COMPLETED" },
    ],
  ])("%s", async (_, code, more, task) => {
    await orchestrate();
    const project = await projectOn(bed.repository(), { retryBaseMs: 600_000, retryCapMs: 600_000 });
    const taskId = await queueAgent(project.id, code, more);
    await eventually(
      async () => !["QUEUED", "RUNNING"].includes((await taskOf(taskId)).status) || (await taskOf(taskId)).availableAt,
    );
    expect(await taskOf(taskId)).toMatchObject(task);
  });

  it("at its provider's limit waits as long as it was asked to, and no agent of its type starts meanwhile", async () => {
    await orchestrate();
    const project = await projectOn(bed.repository());
    const code = 'end("RATE_LIMITED", { message: "429", retryAfterSeconds: 300 })';
    const taskId = await queueAgent(project.id, code);
    const task = await eventually(async () => {
      const found = await taskOf(taskId);
      return found.availableAt && found;
    });
    expect(task).toMatchObject({ status: "QUEUED", statusReason: "RATE_LIMITED", failures: 0, lastError: "429" });
    expect(task.availableAt!.getTime() - Date.now()).toBeGreaterThan(280_000);
    const other = await queueAgent(project.id, 'end("DONE")');
    expect((await get(other)).why).toMatchObject({ code: "RATE_LIMIT" });
    expect(await typesOf(project.id)).toContain("AGENT_PAUSED");
    await db().agentPause.deleteMany();
  });

  it("comes when the day's budget is spent and the project ends what runs then", async () => {
    await orchestrate();
    const project = await projectOn(bed.repository(), { dailyBudgetUsd: 1, budgetStopsRunning: true });
    const [spender, idler] = [
      await queueAgent(project.id, `${spend(1.5)} await heard("prompt")`),
      await queueAgent(project.id, `await heard("prompt")`),
    ];
    for (const id of [spender, idler])
      expect(await ended(id)).toMatchObject({ status: "FAILED", statusReason: "OVER_BUDGET" });
    expect((await sessionOf(spender)).costUsd).toBe(1.5);
    expect((await typesOf(project.id)).filter((type) => type === "BUDGET_REACHED")).toHaveLength(1);
    const next = await queueAgent(project.id, 'end("DONE")');
    expect((await get(next)).why).toMatchObject({ code: "BUDGET" });
  });
});

describe("a session that cannot be started", () => {
  it("says which program is not there, and which secret, and never a value", async () => {
    await orchestrate();
    const project = await projectOn(bed.repository());
    const codex = await queueAgent(project.id, "", { type: "codex" });
    expect(await ended(codex)).toMatchObject({ status: "FAILED", statusReason: "AGENT_NOT_FOUND" });
    expect((await taskOf(codex)).lastError).toMatch(/codex-acp.*PATH/);
    const secret = (name: string) => `$\{secret:${name}}`;
    const unknown = await queueAgent(project.id, "", {
      type: "claude-agent",
      spec: { mcpServers: { a: { command: "a", env: { KEY: secret("DOCS"), OTHER: secret("NOWHERE") } } } },
    });
    expect(await ended(unknown)).toMatchObject({ status: "FAILED", statusReason: "INVALID_SPEC" });
    expect((await taskOf(unknown)).lastError).toMatch(/NOWHERE/);
    expect(JSON.stringify(await eventsOf(project.id))).not.toContain("docs-s3cret");
    expect(await sessionsOf(codex)).toMatchObject([{ sandbox: { spawnedAt: null } }]);
  });
});

describe("an orchestrator that takes an agent over", () => {
  it("while a question is open: it is there once, its answer and every prompt reach the agent, and all is as if nobody had died", async () => {
    const first = await orchestrate();
    const project = await projectOn(bed.repository());
    const taskId = await queueAgent(
      project.id,
      `${start} ${spend(0.25)} ${ask}
       const one = await heard("prompt");
       emit({ kind: "prompted", promptId: one.promptId, text: one.text });
       const { decision } = await heard("answer");
       const two = await heard("prompt", 2);
       emit({ kind: "prompted", promptId: two.promptId, text: two.text });
       ${spend(0.75)}
       end("DONE", { result: [one.text, decision, two.text].join(" ") });`,
    );
    const question = await asked(taskId);
    const { id: sessionId } = await sessionOf(taskId);
    await say(sessionId, "one");
    await eventually(async () => (await promptsOf(sessionId))[0]?.deliveredAt);
    await kill(first);
    await answer(question.id, "allow");
    await say(sessionId, "two");
    await orchestrate();

    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 1, result: { text: "one allow two" } });
    expect(await sessionOf(taskId)).toMatchObject({ reason: "DONE", costUsd: 0.75, model: "opus" });
    const types = await typesOf(project.id);
    expect(types.filter((type) => type === "QUESTION_ASKED")).toHaveLength(1);
    expect(types.filter((type) => type === "SESSION_PROMPT_DELIVERED")).toHaveLength(2);
    expect(types.filter((type) => type === "SESSION_ENDED")).toHaveLength(1);
  });
});

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, it, vi } from "vitest";

vi.hoisted(() =>
  Object.assign(process.env, {
    ...{ RUNBOARD_GRACE_MS: "2000", RUNBOARD_POLL_MS: "100", ANTHROPIC_API_KEY: "the-real-key" },
  }),
);

import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import type { Question } from "@/lib/question/schema.ts";
import type { Session, SessionPrompt } from "@/lib/session/schema.ts";
import { brokenInvariants, snapshot } from "@/lib/testing/invariants.ts";
import { call, eventsOf, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
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
import { installFakeClaude } from "./testing.ts";

// The real driver beside the fake of Claude Code's program: everything between a person and an agent, but the model.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
provideTestDatabase();
installFakeClaude();
/** Other tests may have the machine to themselves for a while. */
const eventually = <Found>(look: () => Promise<Found> | Found) => within(look, 60_000);
const bed = createGitTestbed("fake-agent");
const scratch = mkdtempSync(join(tmpdir(), "runboard-fake-agent-"));
const running: RunningOrchestrator[] = [];
afterEach(async () => {
  for (const orchestrator of running.splice(0)) await orchestrator.stop();
});
afterAll(() => {
  bed.remove();
  rmSync(scratch, { recursive: true, force: true });
});

async function orchestrate(): Promise<RunningOrchestrator> {
  const orchestrator = await startOrchestrator();
  running.push(orchestrator);
  return orchestrator;
}

async function queue(projectId: string, ...steps: string[]): Promise<string> {
  const prompt = steps.join("\n");
  const { id } = await newTask(projectId, { type: "claude-code", spec: { prompt } });
  await call("task", "queue", { taskId: id });
  return id;
}
const waitFor = (file: string) => `do: run while [ ! -e ${file} ]; do sleep 0.05; done`;
const get = async (taskId: string) => (await call("task", "get", { taskId })).session;
const sessionOf = async (taskId: string) => (await sessionsOf(taskId)).at(-1)!;
const viewOf = async (taskId: string) => call<Session>("session", "get", { sessionId: (await sessionOf(taskId)).id });
const promptsOf = async (sessionId: string) =>
  (await call<{ items: SessionPrompt[] }>("session", "prompts", { sessionId })).items;
const openQuestion = (taskId: string) =>
  eventually(async () => (await call<{ items: Question[] }>("question", "list", { taskId })).items[0]);
const afterAttempt = (taskId: string, attempt: number) =>
  eventually(async () => {
    const task = await taskOf(taskId);
    return task.attempts === attempt && !["RUNNING", "QUEUED"].includes(task.status) && task;
  });

it("a prompt that comes in while a tool runs changes what the agent does, with a receipt; cost and commit are on the row", async () => {
  await orchestrate();
  const repository = bed.repository();
  const project = await projectOn(repository);
  const go = join(scratch, "go-on");
  // The tool goes on for a moment when the prompt is on its way: so long the driver may take to pass it on.
  const taskId = await queue(project.id, `${waitFor(go)}; sleep 2`, "do: write first.txt first");
  await eventually(async () => (await get(taskId))?.liveLine?.startsWith("Bash"));
  const { id: sessionId } = await sessionOf(taskId);
  await call("session", "prompt", { sessionId, text: "do: write second.txt second\ndo: say Changed my mind." });
  const { inbox } = agentPaths(join(home.sessions, sessionId));
  await eventually(() => existsSync(inbox));
  writeFileSync(go, "");

  expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", result: { text: "Changed my mind." } });
  const { resultCommit, ...session } = await viewOf(taskId);
  expect(session).toMatchObject({
    reason: "DONE",
    agentVersion: "0.0.0-fake",
    model: "fake",
    costUsd: expect.any(Number),
  });
  expect(session.tokens.input).toBeGreaterThan(0);
  expect(bed.plainGit(repository, "show", "--name-only", "--format=", resultCommit!)).toBe("second.txt");
  expect(await promptsOf(sessionId)).toMatchObject([{ refusal: null, deliveredAt: expect.any(String) }]);
  await eventually(async () => (await leftOf(taskId)).length === 0);
  expect(brokenInvariants(await snapshot(project.id))).toEqual([]);
});

it("an agent that asks goes on when it is allowed, and what it was denied is not done", async () => {
  await orchestrate();
  const repository = bed.repository();
  const project = await projectOn(repository, { permissions: "ask" });
  const taskId = await queue(project.id, "do: write allowed.txt yes", "do: say Written.");
  const question = await openQuestion(taskId);
  expect(question).toMatchObject({ tool: "Write", isOpen: true });
  await call("question", "answer", { questionId: question.id, decision: "allow" });
  const { resultCommit } = await ended(taskId);
  expect(bed.plainGit(repository, "show", `${resultCommit}:allowed.txt`)).toBe("yes");

  const denied = await queue(project.id, "do: write denied.txt no");
  const { id: questionId } = await openQuestion(denied);
  await call("question", "answer", { questionId, decision: "deny", message: "Not that file." });
  expect(await afterAttempt(denied, 1)).toMatchObject({ resultCommit: null });
  expect(brokenInvariants(await snapshot(project.id))).toEqual([]);
});

it("after changes were requested it goes on with its conversation: it recalls what it was told", async () => {
  await orchestrate();
  const project = await projectOn(bed.repository(), { requireReview: true });
  const taskId = await queue(project.id, "remember: the blue door", "do: say Noted.");
  expect(await afterAttempt(taskId, 1)).toMatchObject({ status: "REVIEW", result: { text: "Noted." } });
  await call("task", "requestChanges", { taskId, feedback: "remember: the red key\ndo: recall" });
  expect(await afterAttempt(taskId, 2)).toMatchObject({
    ...{ status: "REVIEW", result: { text: "the blue door, the red key" } },
  });
  const [first, second] = await sessionsOf(taskId);
  expect(second!.conversationId).toBe(first!.conversationId);
});

it("a second orchestrator takes it over while it asks: the answer reaches it, once", async () => {
  const first = await orchestrate();
  const project = await projectOn(bed.repository(), { permissions: "ask" });
  const taskId = await queue(project.id, "do: write asked.txt yes", "do: say Written.");
  const question = await openQuestion(taskId);
  await kill(first);
  await call("question", "answer", { questionId: question.id, decision: "allow" });
  await orchestrate();
  expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 1, result: { text: "Written." } });
  expect(await db().question.count({ where: { taskId } })).toBe(1);
  const types = (await eventsOf(project.id)).map(({ type }) => type);
  expect(types.filter((type) => type.startsWith("QUESTION_"))).toEqual(["QUESTION_ASKED", "QUESTION_ANSWERED"]);
  await eventually(async () => (await leftOf(taskId)).length === 0);
});

it("an error of the model's endpoint is tried again by its class, and the next attempt goes on", async () => {
  await orchestrate();
  const project = await projectOn(bed.repository(), { retryBaseMs: 0, retryCapMs: 0 });
  const taskId = await queue(project.id, "do: fail 500 1 times", "do: say Second time.");
  await eventually(async () => (await taskOf(taskId)).attempts === 2);
  const [failed] = await sessionsOf(taskId);
  expect(failed).toMatchObject({ status: "FAILED", reason: "AGENT_ERROR", message: expect.stringContaining("500") });
  expect((await ended(taskId)).failures).toBe(1);
});

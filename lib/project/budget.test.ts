import { beforeEach, expect, test } from "vitest";
import { system } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { holdToBudget, withBudget, withStop } from "@/lib/project/budget.ts";
import type { Project } from "@/lib/project/schema.ts";
import { recordAgents } from "@/lib/session/record-agent.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { newAgentTask } from "@/lib/testing/agents.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();
let project: Project;
let worker: TestWorker;
beforeEach(async () => {
  await quiet();
  [project, worker] = [await newProject(), await newWorker()];
});

const settings = (changes: object) => call("project", "update", { projectId: project.id, settings: changes });
const hold = () => inJournaledTransaction((tx) => holdToBudget(tx, project.id, system));
const cost = ({ sessionId }: Claim, costUsd: number) =>
  recordAgents(
    db(),
    new Map([
      [
        sessionId,
        { spent: { costUsd, inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null } },
      ],
    ]),
  );
async function queue(more: object = {}): Promise<string> {
  const { id } = await newAgentTask(project.id, more);
  await call("task", "queue", { taskId: id });
  return id;
}
const claims = async () => (await worker.step()).claims;
const reached = async () => (await eventsOf(project.id)).filter(({ type }) => type === "BUDGET_REACHED");
/** One session that has cost so much. */
async function spend(costUsd: number): Promise<Claim> {
  await queue();
  const [claim] = await claims();
  await cost(claim!, costUsd);
  await hold();
  return claim!;
}

test("once the day's sessions have cost the budget no agent starts until midnight UTC; commands go on, and cards say why", async () => {
  await settings({ dailyBudgetUsd: 1 });
  const spender = await spend(0.99);
  expect(await reached()).toEqual([]);
  await cost(spender, 1);
  expect(await hold()).toBe(true);
  expect(await hold()).toBe(true);

  const [{ midnight }] = await db().$queryRaw<[{ midnight: Date }]>`
    SELECT date_trunc('day', clock_timestamp(), 'UTC') + interval '1 day' AS midnight`;
  const until = midnight.toISOString();
  expect(await reached()).toMatchObject([{ actor: system, payload: { spentUsd: 1, budgetUsd: 1, until } }]);
  const held = await queue();
  const command = await newTask(project.id);
  await call("task", "queue", { taskId: command.id });
  expect((await claims()).map(({ taskId }) => taskId)).toEqual([command.id]);
  const task = await call("task", "get", { taskId: held });
  expect(task).toMatchObject({ status: "QUEUED", why: { code: "BUDGET", until } });
});

test("at midnight they start again by themselves", async () => {
  await settings({ dailyBudgetUsd: 1 });
  await spend(2);
  const held = await queue();
  expect(await claims()).toEqual([]);
  await db().$executeRaw`UPDATE "Project" SET "budgetHeldUntil" = clock_timestamp() WHERE id = ${project.id}::uuid`;
  expect((await call("task", "get", { taskId: held })).why?.code).not.toBe("BUDGET");
  expect((await claims()).map(({ taskId }) => taskId)).toEqual([held]);
});

test("a raised budget lets them go at once, a lowered one holds them", async () => {
  await settings({ dailyBudgetUsd: 1 });
  await spend(2);
  const held = await queue();
  await settings({ dailyBudgetUsd: 3 });
  expect((await claims()).map(({ taskId }) => taskId)).toEqual([held]);
  await settings({ dailyBudgetUsd: 2 });
  await queue();
  expect(await claims()).toEqual([]);
  await settings({ dailyBudgetUsd: null });
  expect(await claims()).toHaveLength(1);
  expect(await reached()).toHaveLength(2);
});

test("costs count on the day their session started, and those of other projects do not", async () => {
  await settings({ dailyBudgetUsd: 1 });
  const yesterday = await spend(0.6);
  await db()
    .$executeRaw`UPDATE "Session" SET "startedAt" = date_trunc('day', clock_timestamp(), 'UTC') - interval '1 second'
    WHERE id = ${yesterday.sessionId}::uuid`;
  const elsewhere = project;
  project = await newProject();
  await settings({ dailyBudgetUsd: 1 });
  await spend(0.9);
  expect(await reached()).toEqual([]);
  project = elsewhere;
  await spend(0.6);
  expect(await reached()).toEqual([]);
  await spend(0.5);
  expect(await reached()).toHaveLength(1);
});

test("a task that is held by its budget keeps nobody else's place: the first in line is one that may start", async () => {
  await settings({ dailyBudgetUsd: 1, maxConcurrentSessions: 1 });
  const spender = await spend(2);
  await queue({ priority: 4 });
  const command = await newTask(project.id, { priority: 0 });
  await call("task", "queue", { taskId: command.id });
  const [first] = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM first_in_line(ARRAY[${project.id}]::uuid[], '{}', '{}')`;
  expect(first?.id).toBe(command.id);
  await call("session", "cancel", { sessionId: spender.sessionId });
  const { claims: next } = await worker.step();
  expect(next.map(({ taskId }) => taskId)).toEqual([command.id]);
});

test("projects whose people want running sessions to end are named once the budget is spent, and only then", async () => {
  await settings({ dailyBudgetUsd: 1, budgetStopsRunning: true });
  const other = await newProject();
  expect(await withBudget(db(), [project.id, other.id])).toEqual([project.id]);
  expect(await withStop(db(), [project.id, other.id])).toEqual([]);
  await spend(1);
  expect(await withStop(db(), [project.id, other.id])).toEqual([project.id]);
  await settings({ budgetStopsRunning: false });
  expect(await withStop(db(), [project.id])).toEqual([]);
});

test("usage by day says what is known and how many sessions told nothing", async () => {
  await spend(0.5);
  await queue();
  await claims();
  const command = await newTask(project.id);
  await call("task", "queue", { taskId: command.id });
  await claims();
  const { days } = await call<{ days: unknown[] }>("project", "usage", { projectId: project.id });
  expect(days).toMatchObject([{ sessions: 2, unknown: 1, costUsd: 0.5, tokens: { input: null } }]);
});

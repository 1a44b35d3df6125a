import { expect, test } from "vitest";
import { db } from "@/lib/db.ts";
import { readPulses } from "@/lib/session/pulse.ts";
import { type AgentFacts, recordAgents } from "@/lib/session/record-agent.ts";
import type { Session } from "@/lib/session/schema.ts";
import { runningAgent } from "@/lib/testing/agents.ts";
import { call, eventsOf, provideTestDatabase, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

const spent = (costUsd: number | null, inputTokens: number | null = null) => ({
  ...{ costUsd, inputTokens, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null },
});

test("what an agent told is on its session and its card; what it did not tell stays unknown, and no event is written", async () => {
  const { project, worker, claim } = await runningAgent();
  const note = (facts: AgentFacts) => recordAgents(db(), new Map([[claim.sessionId, facts]]));
  const events = await eventsOf(project.id);
  await note({ agentVersion: "2.1.0", model: "opus", conversationId: "c-1", liveLine: "Bash: npm test" });
  await note({ liveLine: "nul \0 byte" });
  await note({ model: null, spent: spent(0.25, 100) });
  const session = await call<Session>("session", "get", { sessionId: claim.sessionId });
  expect(session).toMatchObject({
    ...{ agentVersion: "2.1.0", model: "opus", liveLine: "nul \ufffd byte", costUsd: 0.25 },
    tokens: { input: 100, output: null, cacheRead: null, cacheWrite: null },
  });
  expect((await call("task", "get", { taskId: claim.taskId })).session).toMatchObject({
    ...{ liveLine: "nul \ufffd byte", costUsd: 0.25 },
  });
  expect(await readPulses(db(), [project.id])).toEqual([
    {
      projectId: project.id,
      taskId: claim.taskId,
      sessionId: claim.sessionId,
      liveLine: "nul \ufffd byte",
      costUsd: 0.25,
    },
  ]);
  expect(await eventsOf(project.id)).toEqual(events);

  await worker.step([reportOf(claim, { reason: "DONE" })]);
  expect(await readPulses(db(), [project.id])).toEqual([]);
  expect(await call<Session>("session", "get", { sessionId: claim.sessionId })).toMatchObject({
    liveLine: null,
    costUsd: 0.25,
  });
});

test("costs never go back, whoever reads an agent's words once more from the beginning", async () => {
  const { claim } = await runningAgent();
  for (const [costUsd, tokens] of [
    [0.5, 500],
    [0.1, 100],
    [null, null],
  ] as const)
    await recordAgents(db(), new Map([[claim.sessionId, { spent: spent(costUsd, tokens) }]]));
  expect(await call<Session>("session", "get", { sessionId: claim.sessionId })).toMatchObject({
    ...{ costUsd: 0.5, tokens: { input: 500 } },
  });
});

test("a session that is gone takes nothing with it", async () => {
  const { claim } = await runningAgent();
  const told = new Map<string, AgentFacts>([
    [crypto.randomUUID(), { model: "x" }],
    [claim.sessionId, { model: "sonnet" }],
  ]);
  await recordAgents(db(), told);
  expect(await call<Session>("session", "get", { sessionId: claim.sessionId })).toMatchObject({ model: "sonnet" });
});

import { beforeEach, describe, expect, it } from "vitest";
import { findConversation } from "@/lib/agent/brief.ts";
import { db } from "@/lib/db.ts";
import { recordAgents } from "@/lib/session/record-agent.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Claim, Report } from "@/lib/session/settle.ts";
import { findTask } from "@/lib/task/find.ts";
import type { Task } from "@/lib/task/schema.ts";
import { newAgentTask } from "@/lib/testing/agents.ts";
import {
  call,
  eventsOf,
  newProject,
  newWorker,
  provideTestDatabase,
  quiet,
  refusal,
  reportOf,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;
let worker: TestWorker;
beforeEach(async () => {
  await quiet();
  projectId = (await newProject()).id;
  worker = await newWorker();
});

const get = (taskId: string) => call("task", "get", { taskId });
const sessionOf = ({ sessionId }: Claim) => call<Session>("session", "get", { sessionId });
const start = (taskId: string, type?: string) => call("session", "start", { taskId, ...(type ? { type } : {}) });
const goOn = ({ sessionId }: Claim, feedback = "Once more.") =>
  call<{ task: Task; position: number }>("session", "continue", { sessionId, feedback });
const claimOf = async (taskId: string) => (await worker.step()).claims.find((claim) => claim.taskId === taskId)!;
const end = (claim: Claim, verdict: Partial<Report> = {}) =>
  worker.step([reportOf(claim, { reason: "DONE", ...verdict })], 0);
const fail: Partial<Report> = {
  taskVerb: "fail",
  sessionVerb: "fail",
  reason: "NO_RESULT",
  message: "It said nothing.",
};
const talk = async (claim: Claim) => {
  await recordAgents(db(), new Map([[claim.sessionId, { conversationId: `talk ${claim.attempt}` }]]));
  return claim;
};
const conversationOf = async (taskId: string, attempt: number) =>
  findConversation(db(), await findTask(db(), taskId), attempt);

it("what is said to a task that waits for another attempt already is added to what that attempt is told, which begins at once", async () => {
  const { id } = await newAgentTask(projectId);
  await start(id);
  const claim = await claimOf(id);
  await end(claim, { taskVerb: "retry", sessionVerb: "fail", reason: "NO_RESULT", delayMs: 60_000, failures: 1 });
  const before = (await get(id)) as unknown as Task;
  await goOn(claim, "Try the other way.");
  const { task } = await goOn(claim, "And say why.");
  expect(task).toMatchObject({
    ...{ status: "QUEUED", feedback: "Try the other way.\n\nAnd say why." },
    ...{ version: before.version + 2, availableAt: null },
  });
  const told = (await eventsOf(projectId)).filter(({ type }) => type === "TASK_UPDATED");
  expect(told.map(({ payload }) => payload)).toEqual([
    { changed: ["availableAt", "feedback"], version: before.version + 1 },
    { changed: ["feedback"], version: before.version + 2 },
  ]);
});

describe("the type of session a person asks for", () => {
  it("is what is claimed, and its retries are of the same type", async () => {
    const { id } = await newAgentTask(projectId);
    await start(id, "interactive");
    const claim = await claimOf(id);
    expect(claim.sessionType).toBe("interactive");
    expect(await sessionOf(claim)).toMatchObject({ type: "interactive", agent: "claude-code", isTranscript: false });
    await end(claim, { taskVerb: "retry", sessionVerb: "fail", reason: "AGENT_CRASHED", delayMs: 0, failures: 1 });
    expect((await claimOf(id)).sessionType).toBe("interactive");
  });

  it("is autonomous unless said, and again when it is queued anew", async () => {
    const { id } = await newAgentTask(projectId);
    await start(id, "interactive");
    const first = await claimOf(id);
    await end(first, fail);
    await start(id);
    const second = await claimOf(id);
    expect(second.sessionType).toBe("autonomous");
    expect(await sessionOf(second)).toMatchObject({ type: "autonomous", isTranscript: true, hasTerminal: false });
    expect(await conversationOf(id, 2)).toBeNull();
  });
});

describe("an ended session that is gone on with", () => {
  it("is queued again from FAILED with the feedback on the card, and the next attempt knows the conversation", async () => {
    const { id } = await newAgentTask(projectId);
    await start(id);
    const first = await talk(await claimOf(id));
    await end(first, fail);
    const { task, position } = await goOn(first, "Use words.");
    expect(task).toMatchObject({ status: "QUEUED", feedback: "Use words.", queuedBy: "person" });
    expect(position).toBe(1);
    const second = await claimOf(id);
    expect(second.attempt).toBe(2);
    expect(await conversationOf(id, second.attempt)).toBe("talk 1");
    expect(await sessionOf(first)).toMatchObject({ status: "FAILED", reason: "NO_RESULT" });
  });

  it("from REVIEW asks for changes, as a person who reviews does", async () => {
    await call("project", "update", { projectId, settings: { requireReview: true } });
    const { id } = await newAgentTask(projectId);
    await start(id);
    const first = await talk(await claimOf(id));
    await end(first);
    expect((await get(id)).status).toBe("REVIEW");
    await goOn(first);
    const moves = (await eventsOf(projectId)).flatMap((event) =>
      event.type === "TASK_STATUS_CHANGED" ? [[event.payload.verb, event.actor.type]] : [],
    );
    expect(moves.at(-1)).toEqual(["requestChanges", "person"]);
    expect(await get(id)).toMatchObject({ status: "QUEUED", feedback: "Once more." });
    const second = await claimOf(id);
    expect(await conversationOf(id, second.attempt)).toBe("talk 1");
  });

  it("from COMPLETED begins a new generation, with the feedback and a new conversation", async () => {
    const { id } = await newAgentTask(projectId);
    await start(id);
    const first = await talk(await claimOf(id));
    await end(first);
    await goOn(first);
    expect(await get(id)).toMatchObject({ status: "QUEUED", generation: 2, feedback: "Once more." });
    expect(await conversationOf(id, 2)).toBeNull();
  });

  it("is refused while it runs: there one says it to the agent", async () => {
    const { id } = await newAgentTask(projectId);
    await start(id);
    const claim = await claimOf(id);
    const events = await eventsOf(projectId);
    const refused = await refusal(goOn(claim), "ILLEGAL_TRANSITION");
    expect(refused.message).toContain("session.prompt");
    expect(await eventsOf(projectId)).toEqual(events);
  });

  it("begins a new conversation when the task was given to another agent", async () => {
    const { id } = await newAgentTask(projectId);
    await start(id);
    const first = await talk(await claimOf(id));
    await end(first, fail);
    const { version } = await get(id);
    await call("task", "update", { taskId: id, type: "codex", spec: { prompt: "do it" }, version });
    await goOn(first);
    expect(await conversationOf(id, 2)).toBeNull();
  });
});

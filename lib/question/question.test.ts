import { afterEach, expect, test } from "vitest";
import { db } from "@/lib/db.ts";
import type { Question } from "@/lib/question/schema.ts";
import { findOverdue } from "@/lib/session/inbox.ts";
import { askAs, runningAgent, sessionActor } from "@/lib/testing/agents.ts";
import { brokenInvariants, snapshot } from "@/lib/testing/invariants.ts";
import { call, eventsOf, newProject, provideTestDatabase, refusal, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();
afterEach(async () => {
  for (const { id } of await db().project.findMany()) expect(brokenInvariants(await snapshot(id))).toEqual([]);
});

const list = async (query: object = {}) => (await call<{ items: Question[] }>("question", "list", query)).items;
const answer = (questionId: string, decision: string, message?: string) =>
  call<Question>("question", "answer", { questionId, decision, ...(message ? { message } : {}) });
const typesOf = async (projectId: string) => (await eventsOf(projectId)).map(({ type }) => type);

test("a question is asked once, however often its agent is heard asking it, and stands on the card", async () => {
  const { project, claim } = await runningAgent();
  await askAs(claim, "ask-1");
  await askAs(claim, "ask-1", { input: "another text" });
  const [question, ...more] = await list({ taskId: claim.key });
  expect(more).toEqual([]);
  expect(question).toMatchObject({
    ...{ sessionId: claim.sessionId, taskId: claim.taskId, taskKey: claim.key, attempt: 1 },
    ...{ tool: "Bash", input: "rm -r build", isOpen: true, decision: null, answeredBy: null },
  });
  const asked = (await eventsOf(project.id)).filter(({ type }) => type === "QUESTION_ASKED");
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({
    actor: sessionActor(claim),
    entityId: claim.sessionId,
    payload: { questionId: question!.id, taskId: claim.taskId, tool: "Bash" },
  });
  const task = await call("task", "get", { taskId: claim.taskId });
  expect(task.session).toMatchObject({ agent: "claude-code", openQuestions: 1, liveLine: null, costUsd: null });
});

test("the first answer counts, the same again is answered the same, another one is refused", async () => {
  const { project, claim } = await runningAgent();
  await askAs(claim, "ask-1");
  const [{ id }] = (await list()) as [Question];
  const first = await answer(id, "deny", "Not that one.");
  expect(first).toMatchObject({
    isOpen: false,
    decision: "deny",
    message: "Not that one.",
    answeredBy: { id: "owner" },
  });
  expect(await answer(id, "deny")).toEqual(first);
  const refused = await refusal(answer(id, "allow"), "ILLEGAL_TRANSITION");
  expect(refused.details).toMatchObject({ found: "deny" });
  const answered = (await eventsOf(project.id)).filter(({ type }) => type === "QUESTION_ANSWERED");
  expect(answered).toMatchObject([{ actor: { id: "owner" }, payload: { questionId: id, decision: "deny" } }]);
  expect((await call("task", "get", { taskId: claim.taskId })).session?.openQuestions).toBe(0);
});

test("two people who answer at the same time get one decision between them", async () => {
  const { project, claim } = await runningAgent();
  await askAs(claim, "ask-1");
  const [{ id }] = (await list()) as [Question];
  const results = await Promise.allSettled([answer(id, "allow"), answer(id, "deny")]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await typesOf(project.id)).filter((type) => type === "QUESTION_ANSWERED")).toHaveLength(1);
});

test("a question ends with its session: nobody can answer it any more, and it is not in the inbox", async () => {
  const { project, worker, claim } = await runningAgent();
  await askAs(claim, "ask-1");
  const [{ id }] = (await list()) as [Question];
  await worker.step([reportOf(claim, { reason: "DONE" })]);
  const refused = await refusal(answer(id, "allow"), "ILLEGAL_TRANSITION");
  expect(refused.message).toContain("has ended: SUCCEEDED");
  expect(await list()).toEqual([]);
  expect(await list({ status: "all", sessionId: claim.sessionId })).toMatchObject([{ isOpen: false, decision: null }]);
  expect(await typesOf(project.id)).not.toContain("QUESTION_ANSWERED");
  await refusal(answer(crypto.randomUUID(), "allow"), "NOT_FOUND");
});

test("lists are of a project, a task or a session, newest first, page by page", async () => {
  const { project, claim } = await runningAgent();
  for (const askedAs of ["1", "2", "3"]) await askAs(claim, askedAs, { input: askedAs });
  const page = await call<{ items: Question[]; nextCursor: string }>("question", "list", {
    ...{ projectId: project.key, limit: 2 },
  });
  expect(page.items.map(({ input }) => input)).toEqual(["3", "2"]);
  expect((await list({ projectId: project.key, cursor: page.nextCursor })).map(({ input }) => input)).toEqual(["1"]);
  expect(await list({ projectId: (await newProject()).key })).toEqual([]);
  await refusal(list({ cursor: "of-another-list" }), "VALIDATION_FAILED");
});

test("a question is told up to 500 characters, and never half of one", async () => {
  const { project, claim } = await runningAgent();
  const input = `${"x".repeat(499)}😀 and more`;
  await askAs(claim, "ask-1", { input });
  expect(await list()).toMatchObject([{ input }]);
  const asked = (await eventsOf(project.id)).filter(({ type }) => type === "QUESTION_ASKED");
  expect(asked).toMatchObject([{ payload: { input: "x".repeat(499) } }]);
});

test("what nobody answered in time is found, with what its project decided for that", async () => {
  const { project, claim } = await runningAgent();
  await askAs(claim, "soon", { timeoutSeconds: 0 });
  await askAs(claim, "later");
  await askAs(claim, "answered", { timeoutSeconds: 0 });
  const byName = async (askedAs: string) => (await db().question.findFirstOrThrow({ where: { askedAs } })).id;
  await answer(await byName("answered"), "allow");
  expect(await findOverdue(db(), [claim.sessionId])).toEqual([
    { id: await byName("soon"), projectId: project.id, decision: "deny" },
  ]);
  await call("project", "update", { projectId: project.id, settings: { questionOnTimeout: "allow" } });
  expect(await findOverdue(db(), [claim.sessionId])).toMatchObject([{ decision: "allow" }]);
  expect(await findOverdue(db(), [crypto.randomUUID()])).toEqual([]);
});

import { afterEach, expect, test } from "vitest";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction, lockStreams } from "@/lib/journal.ts";
import { readWaiting } from "@/lib/session/inbox.ts";
import { receivePrompt, refuseUndelivered } from "@/lib/session/prompt.ts";
import type { SessionPrompt } from "@/lib/session/schema.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { askAs, type RunningAgent, runningAgent, sessionActor } from "@/lib/testing/agents.ts";
import { brokenInvariants, snapshot } from "@/lib/testing/invariants.ts";
import { call, eventsOf, provideTestDatabase, refusal, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();
afterEach(async () => {
  for (const { id } of await db().project.findMany()) expect(brokenInvariants(await snapshot(id))).toEqual([]);
});

const say = ({ sessionId }: Claim, text: string) => call<SessionPrompt>("session", "prompt", { sessionId, text });
const list = async ({ sessionId }: Claim) =>
  (await call<{ items: SessionPrompt[] }>("session", "prompts", { sessionId })).items;
const receive = (claim: Claim, promptId: string, refused: string | null = null) =>
  inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [claim.projectId]);
    await receivePrompt(tx, { sessionId: claim.sessionId, promptId, refusal: refused }, sessionActor(claim));
  });
const promptEvents = async ({ project }: RunningAgent) =>
  (await eventsOf(project.id)).filter(({ type }) => type.startsWith("SESSION_PROMPT"));

test("what a person says waits until the agent takes it, and the history says who, when and that it was taken", async () => {
  const agent = await runningAgent();
  const { claim } = agent;
  const said = await say(claim, "Use tabs.");
  expect(said).toMatchObject({ text: "Use tabs.", author: { id: "owner" }, deliveredAt: null, refusal: null });
  await receive(claim, said.id);
  await receive(claim, said.id);
  await receive(claim, said.id, "too late");
  expect(await list(claim)).toMatchObject([{ id: said.id, deliveredAt: expect.any(String), refusal: null }]);
  expect(await promptEvents(agent)).toMatchObject([
    { type: "SESSION_PROMPTED", actor: { id: "owner" }, payload: { promptId: said.id, text: "Use tabs." } },
    { type: "SESSION_PROMPT_DELIVERED", actor: { id: claim.sessionId }, payload: { promptId: said.id } },
  ]);
});

test("long words are told up to 500 characters, and never half of one", async () => {
  const agent = await runningAgent();
  const text = `${"x".repeat(499)}😀 and more`;
  expect(await say(agent.claim, text)).toMatchObject({ text });
  expect(await promptEvents(agent)).toMatchObject([{ type: "SESSION_PROMPTED", payload: { text: "x".repeat(499) } }]);
});

test("what is no cursor of the list is refused, not answered with the first page again", async () => {
  const { claim } = await runningAgent();
  await say(claim, "Use tabs.");
  const page = call("session", "prompts", { sessionId: claim.sessionId, cursor: "of-another-list" });
  await refusal(page, "VALIDATION_FAILED");
});

test("what the agent will not take is refused with its reason, once", async () => {
  const agent = await runningAgent();
  const said = await say(agent.claim, "Stop.");
  await receive(agent.claim, said.id, "Its work had ended.");
  await receive(agent.claim, said.id);
  expect(await list(agent.claim)).toMatchObject([{ deliveredAt: null, refusal: "Its work had ended." }]);
  expect((await promptEvents(agent)).map(({ type }) => type)).toEqual(["SESSION_PROMPTED", "SESSION_PROMPT_REFUSED"]);
});

test("a session cannot say what became of another one's prompts", async () => {
  const mine = await runningAgent();
  const said = await say(mine.claim, "Mine.");
  await receive({ ...mine.claim, sessionId: crypto.randomUUID() }, said.id);
  expect(await list(mine.claim)).toMatchObject([{ deliveredAt: null, refusal: null }]);
});

test.each<[string, object, RegExp]>([
  ["a command", { type: "cli", spec: { command: "true" } }, /A command takes no prompts/],
  ["an ended session", {}, /has ended: SUCCEEDED/],
])("%s is told nothing: it is refused with the reason, and feedback is offered", async (what, more, reason) => {
  const agent = await runningAgent(more);
  if (what === "an ended session") await agent.worker.step([reportOf(agent.claim)]);
  const refused = await refusal(say(agent.claim, "Hello?"), "PROMPT_REFUSED");
  expect(refused.message).toMatch(reason);
  expect(refused.details).toMatchObject({ offer: "session.continue" });
  expect(await list(agent.claim)).toEqual([]);
  expect(await promptEvents(agent)).toEqual([]);
});

test("what was said too late reads as refused, whether or not anybody was there to refuse it", async () => {
  const agent = await runningAgent();
  const { claim, worker } = agent;
  const first = await say(claim, "one");
  await inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [claim.projectId]);
    await refuseUndelivered(tx, claim.sessionId, sessionActor(claim));
  });
  const second = await say(claim, "two");
  await worker.step([reportOf(claim)]);
  const [one, two] = await list(claim);
  expect([one!.id, two!.id]).toEqual([first.id, second.id]);
  expect(one!.refusal).toContain("ended before the agent took it");
  expect(two!.refusal).toBe(one!.refusal);
});

test("what waits for an agent comes in the order it was said, answers among it, without what was taken or is known", async () => {
  const { claim } = await runningAgent();
  const taken = await say(claim, "taken");
  await receive(claim, taken.id);
  const first = await say(claim, "first");
  await askAs(claim, "ask-1");
  const { id: questionId } = await db().question.findFirstOrThrow({ where: { sessionId: claim.sessionId } });
  await call("question", "answer", { questionId, decision: "deny", message: "No." });
  const last = await say(claim, "last");
  const waiting = await readWaiting(db(), [claim.sessionId], []);
  expect(waiting.map(({ message }) => message)).toEqual([
    { kind: "prompt", promptId: first.id, text: "first" },
    { kind: "answer", askedAs: "ask-1", decision: "deny", message: "No.", by: "person" },
    { kind: "prompt", promptId: last.id, text: "last" },
  ]);
  expect((await readWaiting(db(), [claim.sessionId], [first.id, questionId])).map(({ id }) => id)).toEqual([last.id]);
  expect(await readWaiting(db(), [crypto.randomUUID()], [])).toEqual([]);
});

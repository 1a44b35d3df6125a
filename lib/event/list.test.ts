import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { extentOf, removeOldEvents } from "@/lib/journal.ts";
import { askAs, runningAgent, sessionActor } from "@/lib/testing/agents.ts";
import { call, newProject, newTask, provideTestDatabase, refusal } from "@/lib/testing/world.ts";

provideTestDatabase();

interface Page {
  nextCursor: string | null;
  items: { seq: number; type: string; entityId: string }[];
  firstSeq: number;
  lastSeq: number;
  isGapped: boolean;
}

it("the journal is read forwards and backwards in pages, without a gap or a double, also of one task", async () => {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId, { status: "DRAFT" });
  for (let n = 0; n < 5; n++) {
    await call("task", "approve", { taskId: task.id });
    await call("task", "withdraw", { taskId: task.id });
    await newTask(projectId);
  }
  const page = (input: object) => call<Page>("event", "list", { projectId, limit: 4, ...input });
  const forwards: number[] = [];
  for (let after = 0; ; after = forwards.at(-1)!) {
    const { items } = await page({ after });
    if (items.length === 0) break;
    forwards.push(...items.map(({ seq }) => seq));
  }
  expect(forwards).toEqual(Array.from({ length: 17 }, (_, index) => index + 1));

  const backwards: number[] = [];
  for (let before: number | undefined; ; before = backwards.at(-1)) {
    const { items } = await page({ order: "desc", entityId: task.id, ...(before ? { before } : {}) });
    if (items.length === 0) break;
    expect(items.every(({ entityId }) => entityId === task.id)).toBe(true);
    backwards.push(...items.map(({ seq }) => seq));
  }
  const turned: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { items, nextCursor }: Page = await page({ order: "desc", ...(cursor ? { cursor } : {}) });
    turned.push(...items.map(({ seq }) => seq));
    cursor = nextCursor;
  }
  expect(turned.toReversed()).toEqual(forwards);
  await refusal(page({ cursor: "x" }), "VALIDATION_FAILED");

  expect(backwards).toHaveLength(11);
  expect(backwards).toEqual(backwards.toSorted((a, b) => b - a));
});

it("old events are removed in order, the last thousand stay, and a list says what is missing", async () => {
  const { id: projectId } = await newProject();
  for (let n = 0; n < 3; n++)
    await call("task", "createBatch", {
      projectId,
      tasks: Array.from({ length: 500 }, (_, at) => ({ title: `${n}.${at}`, spec: { command: "true" } })),
    });
  const other = await newProject();
  const { lastSeq } = await extentOf(projectId);
  expect(lastSeq).toBeGreaterThan(1_500);
  const longAgo = new Date(Date.now() - 86_400_000);
  const before = new Date(Date.now() - 3_600_000);
  const agedTo = async (seq: number) =>
    db().event.updateMany({ where: { streamId: projectId, seq: { lte: seq } }, data: { at: longAgo } });
  const list = (input: object) => call<Page>("event", "list", { projectId, limit: 2, ...input });

  expect(await removeOldEvents(before)).toBe(0);
  await agedTo(100);
  expect(await removeOldEvents(before)).toBe(100);
  expect(await list({ after: 0 })).toMatchObject({
    items: [{ seq: 101 }, { seq: 102 }],
    firstSeq: 101,
    isGapped: true,
  });
  expect(await list({ after: 100 })).toMatchObject({ items: [{ seq: 101 }, { seq: 102 }], isGapped: false });

  await db().event.updateMany({ where: { streamId: other.id }, data: { at: longAgo } });
  await agedTo(lastSeq);
  expect(await removeOldEvents(before)).toBe(lastSeq - 1_000 - 100);
  expect(await extentOf(projectId)).toEqual({ firstSeq: lastSeq - 999, lastSeq });
  expect(await extentOf(other.id)).toEqual({ firstSeq: 1, lastSeq: 1 });
  expect(await db().event.count({ where: { streamId: projectId } })).toBe(1_000);
});

it("events are removed while others are written: nothing young goes, the numbers stay dense", async () => {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId, { status: "DRAFT" });
  const write = async () => {
    await call("task", "approve", { taskId: task.id });
    await call("task", "withdraw", { taskId: task.id });
  };
  await call("task", "createBatch", {
    projectId,
    tasks: Array.from({ length: 500 }, (_, at) => ({ title: `${at}`, spec: { command: "true" } })),
  });
  for (let n = 0; n < 4; n++)
    await call("task", "createBatch", {
      projectId,
      tasks: Array.from({ length: 500 }, (_, at) => ({ title: `${n} ${at}`, spec: { command: "true" } })),
    });
  await db().event.updateMany({ where: { streamId: projectId }, data: { at: new Date(0) } });
  const writing = (async () => {
    for (let n = 0; n < 20; n++) await write();
  })();
  await Promise.all([removeOldEvents(new Date(1)), removeOldEvents(new Date(1)), writing]);
  const { firstSeq, lastSeq } = await extentOf(projectId);
  const rows = await db().event.findMany({
    where: { streamId: projectId },
    orderBy: { seq: "asc" },
    select: { seq: true },
  });
  expect(rows.map(({ seq }) => Number(seq))).toEqual(
    Array.from({ length: lastSeq - firstSeq + 1 }, (_, n) => firstSeq + n),
  );
  expect(rows.length).toBeGreaterThanOrEqual(1_000);
  expect(firstSeq).toBeGreaterThan(1);
});

it("a session reads everything but what people and agents say to each other, however it asks", async () => {
  const { project, claim } = await runningAgent();
  await call("chat", "post", { projectId: project.id, text: "/help" });
  await call("session", "prompt", { sessionId: claim.sessionId, text: "Use tabs." });
  await askAs(claim, "ask-1");
  const forPeople = ["CHAT_POSTED", "CHAT_ANSWERED", "SESSION_PROMPTED", "QUESTION_ASKED"];
  const caller = { actor: sessionActor(claim), sandboxId: claim.sandboxId };
  const typesOf = async (input: object, how: object = { caller }) =>
    (await call<Page>("event", "list", { projectId: project.id, ...input }, how)).items.map(({ type }) => type);

  const all = await typesOf({}, {});
  expect(forPeople.filter((type) => !all.includes(type))).toEqual([]);
  expect(await typesOf({})).toEqual(all.filter((type) => !forPeople.includes(type)));
  expect(await typesOf({ type: forPeople.join(",") })).toEqual([]);
  expect(await typesOf({ order: "desc" })).toEqual((await typesOf({})).toReversed());
  expect(await typesOf({ type: "SESSION_QUEUED,CHAT_POSTED" })).toEqual(["SESSION_QUEUED"]);
});

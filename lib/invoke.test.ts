import { v7 as uuid } from "uuid";
import { describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import { contract } from "@/lib/contract.ts";
import { db } from "@/lib/db.ts";
import { invoke } from "@/lib/invoke.ts";
import type { OperationMeta } from "@/lib/operation.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  refusal,
  reportOf,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const operations = Object.entries(contract).flatMap(([noun, entries]) =>
  Object.entries(entries).map(([verb, entry]) => ({
    noun,
    verb,
    ...(entry as unknown as { "~orpc": { meta: OperationMeta } })["~orpc"].meta,
  })),
);
const get = (taskId: string) => call("task", "get", { taskId });
const create = (projectId: string, title: string, idempotencyKey: string, how: object = {}) =>
  call("task", "create", { projectId, title }, { idempotencyKey, ...how });

describe("an Idempotency-Key", () => {
  it("makes a create happen once: the same call gets the same answer, also after the task has changed", async () => {
    const project = await newProject();
    const first = await create(project.id, "once", "key-1");
    await call("task", "update", { taskId: first.id, version: 1, title: "renamed" });
    const events = await eventsOf(project.id);
    expect(await create(project.id, "once", "key-1")).toEqual(first);
    expect(await eventsOf(project.id)).toEqual(events);
    expect(await db().task.count({ where: { projectId: project.id } })).toBe(1);
  });

  it("used for another request is refused, and for another caller is another key", async () => {
    const project = await newProject();
    const first = await create(project.id, "one", "key-2");
    const refused = await refusal(create(project.id, "two", "key-2"), "IDEMPOTENCY_KEY_REUSED");
    expect(refused.details).toEqual({ key: "key-2" });
    const other: Caller = { actor: { type: "token", id: "t", name: "T" } };
    const second = await create(project.id, "one", "key-2", { caller: other });
    expect([second.id === first.id, second.createdBy]).toEqual([false, other.actor]);
  });

  it("of twenty calls at once makes one row, and all get the same answer", async () => {
    const project = await newProject();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(project.id, "race", "key-3")));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await db().task.count({ where: { projectId: project.id } })).toBe(1);
    expect((await eventsOf(project.id)).filter(({ type }) => type === "TASK_CREATED")).toHaveLength(1);
  });

  it("of a refused call is free for the corrected one", async () => {
    const project = await newProject();
    const bad = { projectId: project.id, title: "t", dependsOn: ["NO-1"] };
    await refusal(call("task", "create", bad, { idempotencyKey: "key-4" }), "NOT_FOUND");
    expect((await create(project.id, "good", "key-4")).title).toBe("good");
  });
});

describe("the version an edit was based on", () => {
  it("is asked for, and a stale one is refused with the current row", async () => {
    const { id } = await newTask((await newProject()).id);
    await refusal(call("task", "update", { taskId: id, title: "no version" }), "VALIDATION_FAILED");
    const second = await call("task", "update", { taskId: id, version: 1, title: "second" });
    expect(second).toMatchObject({ version: 2, title: "second" });
    const refused = await refusal(
      call("task", "update", { taskId: id, version: 1, title: "stale" }),
      "VERSION_CONFLICT",
    );
    expect(refused.details.current).toEqual(await get(id));
    await refusal(call("task", "update", { taskId: id, title: "stale" }, { ifMatch: 1 }), "VERSION_CONFLICT");
    expect(await call("task", "update", { taskId: id, title: "third" }, { ifMatch: 2 })).toMatchObject({
      version: 3,
      title: "third",
    });
  });

  it("lets one of two who edit at once through", async () => {
    const { id } = await newTask((await newProject()).id);
    const both = await Promise.allSettled(
      ["a", "b"].map((title) => call("task", "update", { taskId: id, version: 1, title })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await get(id)).version).toBe(2);
  });

  it("that changes nothing leaves version and journal alone", async () => {
    const project = await newProject();
    const task = await newTask(project.id, { tags: ["a"], title: "same" });
    const events = await eventsOf(project.id);
    expect(await call("task", "update", { taskId: task.id, version: 1, title: "same", tags: ["a"] })).toEqual(task);
    expect(await eventsOf(project.id)).toEqual(events);
  });

  it("is kept for projects and the configuration, too", async () => {
    const project = await newProject();
    await call("project", "update", { projectId: project.id, name: "Second" });
    const stale = await refusal(
      call("project", "update", { projectId: project.id, name: "Stale", version: 1 }),
      "VERSION_CONFLICT",
    );
    expect(stale.details.current).toMatchObject({ name: "Second", version: 2 });
    const { version } = await call<{ version: number }>("config", "get", {});
    await call("config", "update", { values: { maxQueueSize: 9_999 } });
    await refusal(call("config", "update", { values: { maxQueueSize: 1 }, version }), "VERSION_CONFLICT");
  });
});

describe("a sandbox's token", () => {
  const ids = { sandboxId: uuid(), taskId: uuid(), projectId: uuid(), sessionId: uuid() };
  const caller: Caller = { actor: { type: "session", id: uuid(), name: "s" }, sandboxId: ids.sandboxId };

  it.each(operations.filter(({ policy }) => policy === "member"))(
    "may not call $noun.$verb",
    async ({ noun, verb }) => {
      await refusal(invoke(noun, verb, ids, { caller }), "FORBIDDEN");
    },
  );

  it("may call exactly three operations, for its own sandbox only; nobody else may", async () => {
    const own = operations.filter(({ policy }) => policy === "sandbox");
    expect(own.map(({ noun, verb }) => `${noun}.${verb}`)).toEqual([
      "sandbox.taskComplete",
      "sandbox.heartbeat",
      "sandbox.log",
    ]);
    for (const { noun, verb } of own) {
      await refusal(invoke(noun, verb, { ...ids, sandboxId: uuid() }, { caller }), "STALE_ATTEMPT");
      await refusal(invoke(noun, verb, ids, { caller: { actor: caller.actor } }), "FORBIDDEN");
    }
  });

  it("renews the lease, appends output, and is told when the attempt is over", async () => {
    await quiet();
    const project = await newProject();
    const worker = await newWorker(5, 1);
    await db().worker.update({ where: { id: worker.id }, data: { leaseUntil: new Date(Date.now() + 60_000) } });
    const task = await newTask(project.id);
    await call("task", "queue", { taskId: task.id });
    const claim = (await worker.step()).claims[0]!;
    const { sandboxId } = claim;
    const mine = { caller: { actor: { type: "session", id: claim.sessionId, name: "s" }, sandboxId } } as const;
    const { leaseUntil } = await call<{ leaseUntil: string }>("sandbox", "heartbeat", { sandboxId }, mine);
    expect(Date.parse(leaseUntil)).toBeGreaterThan(Date.now() + 5_000);
    expect(await call("sandbox", "log", { sandboxId, text: "größe\n" }, mine)).toEqual({ nextOffset: 8 });
    expect(await call("sandbox", "log", { sandboxId, text: "x" }, mine)).toEqual({ nextOffset: 9 });
    const { items } = await call<{ items: { offset: number; text: string }[] }>("session", "logs", {
      sessionId: claim.sessionId,
      after: 8,
    });
    expect(items).toMatchObject([{ offset: 8, text: "x" }]);
    await worker.step([reportOf(claim)]);
    await refusal(call("sandbox", "heartbeat", { sandboxId }, mine), "STALE_ATTEMPT");
    await refusal(call("sandbox", "log", { sandboxId, text: "late" }, mine), "STALE_ATTEMPT");
    expect(await call("session", "logs", { sessionId: claim.sessionId })).toMatchObject({
      nextOffset: 9,
      isComplete: true,
    });
  });
});

describe("reading", () => {
  it("writes nothing: every read leaves every row as it was", async () => {
    const project = await newProject();
    const task = await newTask(project.id);
    await call("chat", "post", { projectId: project.id, text: "/status" });
    await call("task", "queue", { taskId: task.id });
    const claim = (await (await newWorker()).step()).claims.find(({ taskId }) => taskId === task.id)!;
    await db().session.update({ where: { id: claim.sessionId }, data: { terminalSocket: "/tmp/terminal" } });
    const when = { source: "operations" };
    const rule = { projectId: project.id, name: "Rule", when, task: { title: "x", status: "DRAFT" } };
    const { id: ruleId } = await call<{ id: string }>("rule", "create", rule);
    const before = await everything();
    for (const { noun, verb } of operations.filter(({ effect }) => effect === "read")) {
      const known = { projectId: project.id, taskId: task.id, sessionId: claim.sessionId, ruleId };
      const wanted = Object.fromEntries(Object.entries(known).filter(([name]) => needs(noun, verb, name)));
      await call(noun, verb, wanted);
    }
    expect(await everything()).toEqual(before);
  });
});

/** Does the operation's path name this parameter? */
function needs(noun: string, verb: string, parameter: string): boolean {
  const entry = (contract as unknown as Record<string, Record<string, { "~orpc": { route: { path: string } } }>>)[
    noun
  ]![verb]!;
  return entry["~orpc"].route.path.includes(`{${parameter}}`);
}

/** A hash of every table, so that any write shows. */
async function everything(): Promise<Record<string, string>> {
  const tables = await db().$queryRaw<
    { name: string }[]
  >`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
  const hashes: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await db().$queryRawUnsafe<[{ hash: string }]>(
      `SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') AS hash FROM "${name}" t`,
    );
    hashes[name] = row.hash;
  }
  return hashes;
}

import { beforeAll, describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction, lockStreams } from "@/lib/journal.ts";
import { releaseHeld } from "@/lib/rule/release.ts";
import { removeOldTriggers } from "@/lib/rule/retention.ts";
import type { Limits, Rule, RuleTask, Trigger } from "@/lib/rule/schema.ts";
import { sessionActor } from "@/lib/testing/agents.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  putTask,
  refusal,
} from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;
beforeAll(async () => {
  projectId = (await newProject()).id;
});

let made = 0;
const echo: RuleTask = {
  title: "{{type}} of {{document}}",
  spec: { command: "echo", args: ["{{input.amount}}", "{{input.lines}}"] },
  status: "APPROVED",
};
function newRule(type: string, limits: Partial<Limits> = {}, task: Partial<RuleTask> = {}): Promise<Rule> {
  made += 1;
  const when = { source: "operations", documents: ["invoices/*"], types: [type], where: { "input.state": "open" } };
  return call<Rule>("rule", "create", { projectId, name: `Rule ${made}`, when, task: { ...echo, ...task }, limits });
}

let posted = 0;
async function post(type: string, more: object = {}, caller?: Caller): Promise<Trigger[]> {
  posted += 1;
  const input = { state: "open", amount: 12.5, lines: [1, 2] };
  const operations = [{ id: `o${posted}`, document: "invoices/7", type, input, ...more }];
  const answer = await call<{ items: { triggers: Trigger[] }[] }>(
    "operation",
    "post",
    { projectId, operations },
    caller ? { caller } : {},
  );
  return answer.items[0]!.triggers;
}
const release = () =>
  inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [projectId]);
    await releaseHeld(tx, projectId);
  });
const triggerNow = async (id: string) =>
  (await call<{ items: Trigger[] }>("trigger", "list", { projectId })).items.find((one) => one.id === id)!;

describe("An operation", () => {
  it("creates the task its rule says, with its words in it, once", async () => {
    await newRule("APPROVE");
    const operation = {
      id: "same",
      document: "invoices/9",
      type: "APPROVE",
      input: { state: "open", amount: 3, lines: ["a"] },
    };
    const [first, again] = [await post("APPROVE", operation), await post("APPROVE", operation)];
    expect(first).toMatchObject([{ status: "CREATED", subject: "invoices/9", what: "APPROVE", depth: 1, cause: null }]);
    expect(again).toEqual(first);
    const task = await call("task", "get", { taskId: first[0]!.task!.id });
    expect(task).toMatchObject({ title: "APPROVE of invoices/9", status: "APPROVED", createdBy: { type: "system" } });
    expect(task.spec).toEqual({ command: "echo", args: ["3", '["a"]'] });
    const told = (await eventsOf(projectId)).filter(({ type }) => type === "RULE_TRIGGERED");
    expect(told).toMatchObject([{ payload: { createdTaskId: task.id, status: "CREATED" } }]);
    const cameOf = await call<{ items: Trigger[] }>("trigger", "list", { projectId, taskId: task.id });
    expect(cameOf.items).toEqual(first);
  });

  it.each([
    ["another type", { type: "REJECT" }],
    ["another document", { document: "orders/7" }],
    ["a document below it", { document: "invoices/7/lines" }],
    ["another state", { input: { state: "paid" } }],
    ["no state", { input: {} }],
  ])("of %s is no matter of the rule", async (_, more) => {
    await newRule("MATTER");
    expect(await post("MATTER", more)).toEqual([]);
  });

  it("is taken by every rule that is about it, and by none that is off", async () => {
    const [one, two] = [await newRule("BOTH"), await newRule("BOTH")];
    expect((await post("BOTH")).map(({ ruleId }) => ruleId)).toEqual([one.id, two.id]);
    await call("rule", "update", { ruleId: one.id, isEnabled: false });
    expect((await post("BOTH", { document: "invoices/8" })).map(({ ruleId }) => ruleId)).toEqual([two.id]);
  });

  it("whose words are too long for a description becomes a task with whole characters", async () => {
    await newRule("LONG", {}, { description: "x{{input.text}}{{input.text}}" });
    const [trigger] = await post("LONG", { input: { state: "open", text: "😀".repeat(20_000) } });
    const { description } = await call("task", "get", { taskId: trigger!.task!.id });
    expect(description).toBe(`x${"😀".repeat(32_767)}`);
  });

  it("whose words name the operator's secrets becomes no task", async () => {
    await newRule("SECRET");
    const input = { state: "open", amount: "$" + "{secret:KEY}" };
    expect(await post("SECRET", { input })).toMatchObject([{ status: "SKIPPED", reason: "REFUSED", task: null }]);
  });
});

describe("A chain", () => {
  it("ends where it is too deep, and says so", async () => {
    await newRule("DEEP", { maxDepth: 2, accepts: ["outside", "itself"] });
    const [one] = await post("DEEP", { document: "invoices/1" });
    const [two] = await post("DEEP", { document: "invoices/2", causedBy: one!.task!.key });
    const [three] = await post("DEEP", { document: "invoices/3", causedBy: two!.task!.key });
    expect([one, two, three].map((trigger) => [trigger!.depth, trigger!.status])).toEqual([
      [1, "CREATED"],
      [2, "CREATED"],
      [3, "SKIPPED"],
    ]);
    expect(three).toMatchObject({ reason: "DEPTH", cause: { key: two!.task!.key } });
    expect(three!.message).toContain("2 deep");
  });

  it("does not come back to the rule it began with, however long the way", async () => {
    await newRule("THERE");
    await newRule("BACK");
    const [there] = await post("THERE");
    const [back] = await post("BACK", { causedBy: there!.task!.key });
    expect(back).toMatchObject({ status: "CREATED", depth: 2 });
    const [again] = await post("THERE", { document: "invoices/8", causedBy: back!.task!.key });
    expect(again).toMatchObject({ status: "SKIPPED", reason: "ORIGIN", message: expect.stringContaining("itself") });
  });

  it.each([
    [["tasks"], false],
    [["outside"], true],
  ])("of a rule that accepts %j", async (accepts, isTaken) => {
    await newRule(`FROM ${accepts}`, { accepts: accepts as Limits["accepts"] });
    const task = await newTask(projectId);
    const [outside, ofTask] = [
      await post(`FROM ${accepts}`),
      await post(`FROM ${accepts}`, { document: "invoices/8", causedBy: task.id }),
    ];
    expect(outside[0]!.status).toBe(isTaken ? "CREATED" : "SKIPPED");
    expect(ofTask[0]!.status).toBe(isTaken ? "SKIPPED" : "CREATED");
  });
});

describe("What there is no room for", () => {
  it("waits for the task about the same document, in its order", async () => {
    await newRule("ORDER");
    const [[first], [second], [third]] = [await post("ORDER"), await post("ORDER"), await post("ORDER")];
    expect([first, second, third].map((trigger) => trigger!.status)).toEqual(["CREATED", "HELD", "HELD"]);
    expect(second).toMatchObject({ reason: "OPEN_TASK", message: expect.stringContaining(first!.task!.key) });
    await release();
    expect((await triggerNow(second!.id)).status).toBe("HELD");
    await putTask(first!.task!.id, "COMPLETED");
    await release();
    expect([await triggerNow(second!.id), await triggerNow(third!.id)].map(({ status }) => status)).toEqual([
      "CREATED",
      "HELD",
    ]);
  });

  it("is held by the hour, until there is room again", async () => {
    const rule = await newRule("FLOOD", { maxPerHour: 2, oneAtATime: false });
    const [[first], [second], [third]] = [await post("FLOOD"), await post("FLOOD"), await post("FLOOD")];
    expect([first, second, third].map((trigger) => trigger!.status)).toEqual(["CREATED", "CREATED", "HELD"]);
    expect(third!.reason).toBe("RATE");
    expect(new Date(third!.heldUntil!).getTime()).toBeGreaterThan(Date.now() + 3_500_000);
    await release();
    expect((await triggerNow(third!.id)).status).toBe("HELD");
    const hourAgo = new Date(Date.now() - 3_700_000);
    await db().trigger.updateMany({ where: { ruleId: rule.id, firedAt: { not: null } }, data: { firedAt: hourAgo } });
    await db().trigger.update({ where: { id: third!.id }, data: { heldUntil: hourAgo } });
    await release();
    expect((await triggerNow(third!.id)).status).toBe("CREATED");
  });

  it("a person may create all the same, once", async () => {
    await newRule("ANYWAY");
    const [, [held]] = [await post("ANYWAY"), await post("ANYWAY")];
    const now = await call<Trigger>("trigger", "createTask", { triggerId: held!.id });
    expect(now).toMatchObject({ status: "CREATED", reason: null, task: { status: "APPROVED" } });
    await refusal(call("trigger", "createTask", { triggerId: held!.id }), "ILLEGAL_TRANSITION");
  });

  it("stays where it is while its rule is off, and goes with the rule", async () => {
    const rule = await newRule("OFF");
    const [[first], [held]] = [await post("OFF"), await post("OFF")];
    await call("rule", "update", { ruleId: rule.id, isEnabled: false });
    await putTask(first!.task!.id, "CANCELLED");
    await release();
    expect((await triggerNow(held!.id)).status).toBe("HELD");
    await call("rule", "delete", { ruleId: rule.id });
    expect(await triggerNow(held!.id)).toBeUndefined();
    expect(await call("task", "get", { taskId: first!.task!.id })).toBeTruthy();
  });
});

it("What rules did is forgotten after a time, but for what is held and for tasks that go on", async () => {
  const rule = await newRule("OLD");
  const [[ended], [open]] = [
    await post("OLD", { document: "invoices/1" }),
    await post("OLD", { document: "invoices/2" }),
  ];
  const [held] = await post("OLD", { document: "invoices/2" });
  await putTask(ended!.task!.id, "COMPLETED");
  const longAgo = new Date(Date.now() - 86_400_000);
  await db().trigger.updateMany({ where: { ruleId: rule.id }, data: { createdAt: longAgo } });
  await post("OLD", { document: "invoices/1" });
  await removeOldTriggers(db(), new Date(Date.now() - 3_600_000));
  const left = await db().trigger.findMany({ where: { ruleId: rule.id }, orderBy: { id: "asc" } });
  expect(left.map(({ id }) => id).slice(0, 2)).toEqual([open!.id, held!.id]);
  expect(left).toHaveLength(3);
});

describe("A session", () => {
  it("adds drafts by way of a rule, and is their cause whatever it says", async () => {
    await newRule("BY SESSION");
    const task = await newTask(projectId, { status: "APPROVED", spec: { command: "true" } });
    await call("task", "queue", { taskId: task.id });
    const { claims } = await (await newWorker()).step();
    const claim = claims.find(({ taskId }) => taskId === task.id)!;
    const caller: Caller = { actor: sessionActor(claim), sandboxId: claim.sandboxId };
    const other = await newTask(projectId);
    const [trigger] = await post("BY SESSION", { causedBy: other.id }, caller);
    expect(trigger).toMatchObject({ cause: { id: claim.taskId }, depth: 2, task: { status: "DRAFT" } });
  });
});

describe("A rule", () => {
  const create = (task: object, when: object = { source: "operations" }, name = "x") =>
    call<Rule>("rule", "create", { projectId, name, when, task });

  it.each([
    ["a name its source does not have", { title: "{{path}}" }, "task.title", "document"],
    [
      "such a name deep inside",
      { title: "x", spec: { command: "echo", args: ["a", "{{path}}"] } },
      "task.spec.args.1",
      "document",
    ],
    [
      "a command of somebody else's words",
      { title: "x", spec: { command: "{{type}}" } },
      "task.spec.command",
      "argument",
    ],
    [
      "a script of them",
      { title: "x", spec: { command: "sh", args: ["-c", "echo {{type}}"] } },
      "task.spec.args",
      "$1",
    ],
    [
      "a script behind other words",
      { title: "x", spec: { command: "env", args: ["A=1", "bash", "-lc", "{{type}}"] } },
      "task.spec.args",
      "$1",
    ],
    ["a program of them", { title: "x", spec: { command: "node", args: ["-e", "{{type}}"] } }, "task.spec.args", "$1"],
    ["nothing to run", { title: "x" }, "task.spec.command", "cannot run yet"],
  ])("with %s is refused, and told where", async (_, task, path, words) => {
    const { message, details } = await refusal(create(task), "VALIDATION_FAILED");
    expect(message).toContain(words);
    expect(details.issues).toMatchObject([{ path }]);
  });

  it("with a condition on a name its source does not have is refused", async () => {
    const when = { source: "operations", where: { "front.status": "ready" } };
    const { details } = await refusal(create(echo, when), "VALIDATION_FAILED");
    expect(details.issues).toMatchObject([{ path: "when.where.front.status" }]);
  });

  it("may give words to a script as its arguments", async () => {
    const spec = { command: "sh", args: ["-c", 'echo "$1"', "_", "{{type}}"] };
    expect(await create({ title: "x", spec }, undefined, "Arguments")).toMatchObject({ task: { spec } });
  });

  it("waits for tasks that are there, also when it is changed", async () => {
    const here = await newTask(projectId);
    const elsewhere = await newTask((await newProject()).id);
    const waiting = (...dependsOn: string[]) => ({ ...echo, dependsOn });
    const { details } = await refusal(create(waiting(here.id, elsewhere.id), undefined, "W"), "VALIDATION_FAILED");
    expect(details.issues).toMatchObject([{ path: "task.dependsOn.1" }]);
    const rule = await create(waiting(here.key), undefined, "W");
    expect(rule).toMatchObject({ task: { dependsOn: [here.key] } });
    const change = (task: object) => call("rule", "update", { ruleId: rule.id, task });
    await refusal(change(waiting("NO-1")), "VALIDATION_FAILED");
    await change(echo);
  });

  it("has a name of its own, and changes for whoever knows it as it is", async () => {
    const rule = await create(echo, undefined, "Known");
    await refusal(create(echo, undefined, "Known"), "VALIDATION_FAILED");
    const stale = await refusal(
      call("rule", "update", { ruleId: rule.id, name: "Other", version: 9 }),
      "VERSION_CONFLICT",
    );
    expect(stale.details.current).toEqual(rule);
    const changed = await call<Rule>("rule", "update", { ruleId: rule.id, limits: { maxPerHour: 7 }, version: 1 });
    expect(changed).toMatchObject({ name: "Known", version: 2, limits: { maxPerHour: 7, maxDepth: 3 } });
  });
});

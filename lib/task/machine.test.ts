import { beforeAll, describe, expect, it } from "vitest";
import { owner, system } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import {
  findTaskMove,
  isTaskMoveLegal,
  type TaskStatus,
  taskMoves,
  taskStatuses,
  verbsOfPerson,
} from "@/lib/task/machine.ts";
import { transition } from "@/lib/task/transition.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  putTask,
  refusal,
  reportOf,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const rowOf = (id: string) => db().task.findUniqueOrThrow({ where: { id } });
const pairs = taskStatuses.flatMap((from) => taskMoves.map((move) => ({ from, verb: move.verb })));
const legal = pairs.flatMap(({ from, verb }) =>
  isTaskMoveLegal(verb, from) ? findTaskMove(verb).to.map((to) => ({ from, verb, to })) : [],
);
const illegal = pairs.filter(({ from, verb }) => !isTaskMoveLegal(verb, from));

describe("the task's machine in the database", () => {
  let projectId: string;
  beforeAll(async () => {
    projectId = (await newProject()).id;
  });

  it.each(legal)("moves a task that is $from by $verb to $to and writes who did it", async ({ from, verb, to }) => {
    const task = await newTask(projectId);
    await putTask(task.id, from);
    const before = await rowOf(task.id);
    const moved = await inJournaledTransaction((tx) =>
      transition(tx, task.id, verb, { actor: owner.actor, to, reason: "WHY" }),
    );
    const after = await rowOf(task.id);
    expect(moved).toMatchObject({ from, to, version: before.version + 1, unblocked: [] });
    expect(after).toMatchObject({
      status: to,
      statusReason: "WHY",
      version: before.version + 1,
      attempts: before.attempts + (verb === "claim" ? 1 : 0),
      generation: before.generation + (verb === "reopen" ? 1 : 0),
      title: before.title,
      spec: before.spec,
      openDependencies: 0,
    });
    expect(after.statusSince.getTime()).toBeGreaterThanOrEqual(before.statusSince.getTime());
    expect(after.queuedAt === null).toBe(to !== "QUEUED");
    expect(after.queueRank === null).toBe(to !== "QUEUED");
    const mine = (await eventsOf(projectId)).filter(({ entityId }) => entityId === task.id);
    expect(mine.filter(({ type }) => type === "TASK_STATUS_CHANGED")).toMatchObject([
      { actor: owner.actor, entityType: "task", payload: { from, to, verb, reason: "WHY", version: after.version } },
    ]);
    const beside: Partial<Record<TaskStatus, string>> = {
      COMPLETED: "TASK_COMPLETED",
      FAILED: "TASK_FAILED",
      STALLED: "TASK_STALLED",
    };
    expect(mine.map(({ type }) => type)).toEqual([
      "TASK_CREATED",
      "TASK_STATUS_CHANGED",
      ...(beside[to] ? [beside[to]] : []),
    ]);
  });

  it.each(illegal)(
    "refuses $verb of a task that is $from and leaves row and journal as they were",
    async ({ from, verb }) => {
      const task = await newTask(projectId);
      await putTask(task.id, from);
      const [row, events] = [await rowOf(task.id), await eventsOf(projectId)];
      const error = await refusal(
        inJournaledTransaction((tx) => transition(tx, task.id, verb, { actor: owner.actor })),
        "ILLEGAL_TRANSITION",
      );
      expect(error.details).toEqual({
        found: from,
        allowed: findTaskMove(verb).from,
        verb,
        possible: verbsOfPerson(from),
      });
      expect(error.message).toContain(`${task.key} is ${from}`);
      expect(await rowOf(task.id)).toEqual(row);
      expect(await eventsOf(projectId)).toEqual(events);
    },
  );

  it.each(
    legal.map((move) => ({
      ...move,
      other: taskStatuses.find((status) => !(findTaskMove(move.verb).to as readonly string[]).includes(status))!,
    })),
  )("refuses $verb from $from to $other, which the table does not name", async ({ from, verb, other }) => {
    const task = await newTask(projectId);
    await putTask(task.id, from);
    const row = await rowOf(task.id);
    await refusal(
      inJournaledTransaction((tx) => transition(tx, task.id, verb, { actor: system, to: other })),
      "ILLEGAL_TRANSITION",
    );
    expect(await rowOf(task.id)).toEqual(row);
  });

  it("says NOT_FOUND for a task that is not there", async () => {
    const nobody = "00000000-0000-7000-8000-000000000001";
    await refusal(
      inJournaledTransaction((tx) => transition(tx, nobody, "approve", { actor: owner.actor })),
      "NOT_FOUND",
    );
  });
});

describe("the moves of the engine", () => {
  it("are steps of the table: claim, retry, unqueue when the switch is off, fail, succeed", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const task = await newTask(project.id);
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    const claimed = async () => (await worker.step()).claims.find(({ taskId }) => taskId === task.id)!;
    const first = await claimed();
    await call("project", "setAutonomousExecution", { projectId: project.id, enabled: false });
    await worker.step([
      reportOf(first, { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", delayMs: 0, failures: 1 }),
    ]);
    await call("task", "queue", { taskId: task.id });
    const second = await claimed();
    await worker.step([reportOf(second, { taskVerb: "fail", sessionVerb: "fail", reason: "EXIT_CODE" })]);
    await call("task", "retry", { taskId: task.id });
    const third = await claimed();
    await worker.step([reportOf(third)]);

    const moved = (await eventsOf(project.id)).filter(({ type }) => type === "TASK_STATUS_CHANGED");
    const steps = moved.map(
      ({ payload }) => payload as { verb: (typeof taskMoves)[number]["verb"]; from: TaskStatus; to: TaskStatus },
    );
    expect(steps.map(({ verb }) => verb)).toEqual([
      "queue",
      "claim",
      "retry",
      "unqueue",
      "queue",
      "claim",
      "fail",
      "queue",
      "claim",
      "succeed",
    ]);
    for (const { verb, from, to } of steps) {
      expect(isTaskMoveLegal(verb, from)).toBe(true);
      expect(findTaskMove(verb).to).toContain(to);
    }
    expect(moved.map(({ actor }) => actor.type)).toEqual([
      "system",
      "system",
      "session",
      "system",
      "person",
      "system",
      "session",
      "person",
      "system",
      "session",
    ]);
    expect((await call("task", "get", { taskId: task.id })).attempts).toBe(3);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import type { DomainError } from "@/lib/errors.ts";
import type { Task } from "@/lib/task/schema.ts";
import {
  call,
  eventsOf,
  newProject,
  newTask,
  newWorker,
  provideTestDatabase,
  refusal,
  reportOf,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const get = (taskId: string) => call("task", "get", { taskId });
const add = (taskId: string, dependsOnId: string) => call("task", "addDependency", { taskId, dependsOnId });
const remove = (taskId: string, dependsOnId: string) => call("task", "removeDependency", { taskId, dependsOnId });
const openOf = async (id: string) => (await db().task.findUniqueOrThrow({ where: { id } })).openDependencies;

/** Does `from` already wait for `to`, along any path? */
function reaches(edges: readonly (readonly [number, number])[], from: number, to: number): boolean {
  const seen = new Set([from]);
  for (const here of seen) for (const [a, b] of edges) if (a === here) seen.add(b);
  return seen.has(to);
}

describe("a dependency", () => {
  it("is refused exactly when it would close a cycle, and the path in the refusal is that cycle", {
    timeout: 60_000,
  }, async () => {
    const size = 7;
    const pair = fc.tuple(fc.nat({ max: size - 1 }), fc.nat({ max: size - 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { minLength: 5, maxLength: 18 }), async (wanted) => {
        const project = await newProject();
        const tasks = await Promise.all(Array.from({ length: size }, () => newTask(project.id)));
        const indexOf = new Map(tasks.map((task, index) => [task.key, index]));
        const edges: [number, number][] = [];
        for (const [from, to] of wanted) {
          const isKnown = edges.some(([a, b]) => a === from && b === to);
          if (!isKnown && reaches(edges, to, from)) {
            const before = await eventsOf(project.id);
            const { details } = await refusal(add(tasks[from]!.id, tasks[to]!.id), "DEPENDENCY_CYCLE");
            expectCycle(
              (details.path as string[]).map((key) => indexOf.get(key)!),
              [...edges, [from, to]],
            );
            expect(await eventsOf(project.id)).toEqual(before);
          } else {
            await add(tasks[from]!.id, tasks[to]!.id);
            if (!isKnown) edges.push([from, to]);
          }
        }
        const stored = await db().dependency.findMany({ where: { projectId: project.id } });
        const numbers = stored.map((edge) => [
          indexOf.get(keyIn(tasks, edge.taskId)),
          indexOf.get(keyIn(tasks, edge.dependsOnId)),
        ]);
        expect(numbers.sort()).toEqual([...edges].sort());
      }),
      { numRuns: 10 },
    );
  });

  it("on itself is a cycle of one", async () => {
    const project = await newProject();
    const task = await newTask(project.id);
    const { details } = await refusal(add(task.id, task.key), "DEPENDENCY_CYCLE");
    expect(details).toEqual({ path: [task.key, task.key] });
    expect((await get(task.id)).dependsOn).toEqual([]);
  });

  it("on another project's task is refused, one by one and in a batch", async () => {
    const [here, there] = [await newProject(), await newProject()];
    const [mine, theirs] = [await newTask(here.id), await newTask(there.id)];
    const before = await eventsOf(here.id);
    await refusal(add(mine.id, theirs.id), "DEPENDENCY_OTHER_PROJECT");
    await refusal(newTask(here.id, { dependsOn: [theirs.key] }), "DEPENDENCY_OTHER_PROJECT");
    expect(await eventsOf(here.id)).toEqual(before);
    expect(
      ((await call("project", "get", { projectId: here.id })) as unknown as { counts: object }).counts,
    ).toMatchObject({ APPROVED: 1 });
  });

  it("on a task that does not exist is NOT_FOUND", async () => {
    const project = await newProject();
    const task = await newTask(project.id);
    await refusal(add(task.id, `${project.key}-999`), "NOT_FOUND");
    await refusal(newTask(project.id, { dependsOn: ["no such ref"] }), "NOT_FOUND");
  });

  it("twice is once: the second changes nothing and records nothing", async () => {
    const project = await newProject();
    const [a, b] = [await newTask(project.id), await newTask(project.id)];
    await add(b.id, a.id);
    const [events, open] = [await eventsOf(project.id), await openOf(b.id)];
    expect((await add(b.id, a.id)).dependsOn).toEqual([a.id]);
    expect(await eventsOf(project.id)).toEqual(events);
    expect([open, await openOf(b.id)]).toEqual([1, 1]);
  });

  it("is refused once the task is claimed, and may be removed at any time", async () => {
    const project = await newProject();
    const worker = await newWorker();
    const [a, b] = [await newTask(project.id), await newTask(project.id)];
    await call("task", "queue", { taskId: b.id });
    const { claims } = await worker.step();
    const refused = await refusal(add(b.id, a.id), "ILLEGAL_TRANSITION");
    expect(refused.details).toMatchObject({ found: "RUNNING" });
    await worker.step([reportOf(claims[0]!)]);
    await refusal(add(b.id, a.id), "ILLEGAL_TRANSITION");
    expect(await openOf(b.id)).toBe(0);
  });

  it("added to a queued task takes it out of the queue, unless it was forced", async () => {
    const project = await newProject();
    const [a, queued, forced] = [await newTask(project.id), await newTask(project.id), await newTask(project.id)];
    await call("task", "queue", { taskId: queued.id });
    await call("task", "queue", { taskId: forced.id, force: true });
    expect(await add(queued.id, a.id)).toMatchObject({
      status: "APPROVED",
      blockedBy: [a.id],
      statusReason: "DEPENDENCY_ADDED",
    });
    expect(await add(forced.id, a.id)).toMatchObject({ status: "QUEUED", blockedBy: [a.id], isForced: true });
    const types = (await eventsOf(project.id)).slice(-3).map(({ type, actor }) => [type, actor.id]);
    expect(types).toEqual([
      ["TASK_STATUS_CHANGED", "owner"],
      ["TASK_DEPENDENCY_ADDED", "owner"],
      ["TASK_DEPENDENCY_ADDED", "owner"],
    ]);
  });

  it("removed unblocks at once; removed again it is nothing", async () => {
    const project = await newProject();
    const [a, b] = [await newTask(project.id), await newTask(project.id)];
    await add(b.id, a.id);
    await refusal(call("task", "queue", { taskId: b.id }), "TASK_BLOCKED");
    expect((await remove(b.id, a.id)).blockedBy).toEqual([]);
    const events = await eventsOf(project.id);
    expect(events.at(-1)).toMatchObject({
      type: "TASK_DEPENDENCY_REMOVED",
      entityId: b.id,
      payload: { dependsOnId: a.id },
    });
    await remove(b.id, a.id);
    expect(await eventsOf(project.id)).toEqual(events);
    expect((await call("task", "queue", { taskId: b.id })).status).toBe("QUEUED");
  });

  it("on a completed task is satisfied from the start", async () => {
    const project = await newProject();
    const [a, b] = [await newTask(project.id), await newTask(project.id)];
    await call("task", "complete", { taskId: a.id });
    expect(await add(b.id, a.id)).toMatchObject({ dependsOn: [a.id], blockedBy: [] });
    expect((await newTask(project.id, { dependsOn: [a.id] })).blockedBy).toEqual([]);
    expect(await openOf(b.id)).toBe(0);
  });

  it("of a deleted task is gone, also for dependents that had been cancelled or completed before", async () => {
    const project = await newProject();
    const a = await newTask(project.id);
    const [cancelled, completed] = [
      await newTask(project.id, { dependsOn: [a.id] }),
      await newTask(project.id, { dependsOn: [a.id] }),
    ];
    await call("task", "cancel", { taskId: cancelled.id });
    await call("task", "complete", { taskId: completed.id });
    await call("task", "delete", { taskId: a.id });
    expect(await Promise.all([openOf(cancelled.id), openOf(completed.id)])).toEqual([0, 0]);
    await call("task", "reopen", { taskId: cancelled.id });
    expect(await call("task", "queue", { taskId: cancelled.id })).toMatchObject({ status: "QUEUED", dependsOn: [] });
  });

  it("keeps an open dependent from losing what it waits for: the deletion is refused", async () => {
    const project = await newProject();
    const a = await newTask(project.id);
    const b = await newTask(project.id, { dependsOn: [a.id] });
    const before = await eventsOf(project.id);
    const refused = await refusal(call("task", "delete", { taskId: a.id }), "TASK_HAS_DEPENDENTS");
    expect(refused.details).toEqual({ taskIds: [b.id] });
    expect(await eventsOf(project.id)).toEqual(before);
    await call("task", "complete", { taskId: a.id });
    await call("task", "delete", { taskId: a.id });
    expect(await get(b.id)).toMatchObject({ dependsOn: [], blockedBy: [] });
    expect(await openOf(b.id)).toBe(0);
  });
});

describe("a batch", () => {
  const batch = (projectId: string, tasks: object[]) =>
    call<{ items: { ref: string; id: string; key: string }[] }>("task", "createBatch", { projectId, tasks });

  it("is created whole, in its order, with edges among its own and to what exists", async () => {
    const project = await newProject();
    const old = await newTask(project.id);
    const { items } = await batch(project.id, [
      { ref: "c", title: "C", dependsOn: ["b", old.key] },
      { ref: "b", title: "B", dependsOn: ["a", "a"] },
      { ref: "a", title: "A" },
    ]);
    expect(items.map(({ ref, key }) => [ref, key])).toEqual([
      ["c", `${project.key}-2`],
      ["b", `${project.key}-3`],
      ["a", `${project.key}-4`],
    ]);
    expect(await Promise.all(items.map(({ id }) => openOf(id)))).toEqual([2, 1, 0]);
    expect((await eventsOf(project.id)).slice(2).map(({ type }) => type)).toEqual([
      "TASK_CREATED",
      "TASK_CREATED",
      "TASK_CREATED",
    ]);
  });

  it("with a cycle is refused whole, and names a real one", { timeout: 60_000 }, async () => {
    const edges = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), { minLength: 3, maxLength: 12 });
    const project = await newProject();
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(edges, async (wanted) => {
        const tasks = Array.from({ length: 6 }, (_, n) => ({
          ref: `r${n}`,
          title: `task ${n}`,
          dependsOn: wanted.filter(([from]) => from === n).map(([, to]) => `r${to}`),
        }));
        const isCyclic = wanted.some(([from, to]) => reaches(wanted, to, from));
        if (isCyclic) {
          const { details } = await refusal(batch(project.id, tasks), "DEPENDENCY_CYCLE");
          expectCycle(
            (details.path as string[]).map((ref) => Number(ref.slice(1))),
            wanted,
          );
        } else {
          await batch(project.id, tasks);
          rows += tasks.length;
        }
        expect(await db().task.count({ where: { projectId: project.id } })).toBe(rows);
      }),
      { numRuns: 40 },
    );
    const numbers = await db().task.findMany({
      where: { projectId: project.id },
      select: { number: true },
      orderBy: { number: "asc" },
    });
    expect(numbers.map(({ number }) => number)).toEqual(Array.from({ length: rows }, (_, n) => n + 1));
  });

  it("with a ref twice, or one bad entry, is refused whole", async () => {
    const project = await newProject();
    const same = await refusal(
      batch(project.id, [
        { ref: "a", title: "A" },
        { ref: "a", title: "B" },
      ]),
      "VALIDATION_FAILED",
    );
    expect(same.details).toMatchObject({ ref: "a" });
    const bad = [
      { title: "good", status: "APPROVED", spec: { command: "true" } },
      { title: "bad", status: "APPROVED", spec: {} },
    ];
    await refusal(batch(project.id, bad), "VALIDATION_FAILED");
    expect(await eventsOf(project.id)).toHaveLength(1);
    expect(await db().task.count({ where: { projectId: project.id } })).toBe(0);
  });
});

describe("a long chain", () => {
  it("of 2,000 tasks is checked for a cycle from end to end, and a refusal names its two ends", {
    timeout: 60_000,
  }, async () => {
    const project = await newProject();
    const tasks = Array.from({ length: 2000 }, (_, n) => ({
      ref: `${n}`,
      title: `${n}`,
      dependsOn: n > 0 ? [`${n - 1}`] : [],
    }));
    const { items } = await call<{ items: Task[] }>("task", "createBatch", { projectId: project.id, tasks });
    const began = performance.now();
    const refused: DomainError = await refusal(add(items[0]!.id, items.at(-1)!.id), "DEPENDENCY_CYCLE");
    const cycle = performance.now() - began;
    const key = (number: number) => `${project.key}-${number}`;
    expect(refused.details.path).toEqual([
      ...[1, 2000, 1999, 1998, 1997].map(key),
      "… 1991 more …",
      ...[5, 4, 3, 2, 1].map(key),
    ]);
    await add(items.at(-1)!.id, items[0]!.id);
    console.log(
      `chain of 2,000: cycle found in ${cycle.toFixed(0)} ms, none in ${(performance.now() - began - cycle).toFixed(0)} ms`,
    );
    expect(await openOf(items.at(-1)!.id)).toBe(2);
  });
});

const keyIn = (tasks: readonly Task[], id: string): string => tasks.find((task) => task.id === id)!.key;

/** Starts and ends at the same place, and every step is an edge. */
function expectCycle(path: readonly number[], edges: readonly (readonly [number, number])[]): void {
  expect(path.length).toBeGreaterThan(1);
  expect(path[0]).toBe(path.at(-1));
  const steps = path.slice(1).map((to, index) => [path[index]!, to]);
  for (const step of steps) expect(edges).toContainEqual(step);
}

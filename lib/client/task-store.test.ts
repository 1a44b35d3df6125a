import { expect, test } from "vitest";
import { groupByColumn } from "@/lib/client/columns.ts";
import {
  changeOptimistically,
  emptyStore,
  mergeTasks,
  patchPulse,
  releaseDependents,
  removeTasks,
  rollBack,
} from "@/lib/client/task-store.ts";
import type { Task } from "@/lib/task/schema.ts";

const task = (id: string, fields: Partial<Task> = {}) =>
  ({
    id,
    status: "APPROVED",
    version: 1,
    updatedAt: "2026-01-01T00:00:00.000Z",
    statusSince: "2026-01-01T00:00:00.000Z",
    position: 0,
    blockedBy: [] as string[],
    blocks: [] as string[],
    ...fields,
  }) as Task;

const store = mergeTasks(emptyStore, [task("a", { version: 3 }), task("b", { blockedBy: ["a"] })]);

test("an older version never overwrites a newer one", () => {
  expect(mergeTasks(store, [task("a", { version: 2, title: "old" })])).toBe(store);
  expect(mergeTasks(store, [task("a", { version: 4, title: "new" })]).byId.a?.title).toBe("new");
});

test("of the same version the later one stands", () => {
  const later = task("a", { version: 3, updatedAt: "2026-01-02T00:00:00.000Z", title: "later" });
  const merged = mergeTasks(store, [later]);
  expect(merged.byId.a?.title).toBe("later");
  expect(mergeTasks(merged, [task("a", { version: 3, title: "earlier" })])).toBe(merged);
});

test("a change under way is kept until the server says something newer", () => {
  const changed = changeOptimistically(store, "a", { status: "QUEUED" });
  expect(mergeTasks(changed, [task("a", { version: 3 })]).byId.a?.status).toBe("QUEUED");
  const confirmed = mergeTasks(changed, [task("a", { version: 4, status: "RUNNING" })]);
  expect(confirmed.byId.a?.status).toBe("RUNNING");
  expect(confirmed.pending).toEqual({});
  expect(rollBack(confirmed, "a")).toBe(confirmed);
  expect(rollBack(changed, "a").byId.a?.status).toBe("APPROVED");
});

test("a completed task is taken out of every list of open dependencies", () => {
  const { store: after, released } = releaseDependents(store, "a");
  expect(after.byId.b?.blockedBy).toEqual([]);
  expect(released).toEqual(["b"]);
  expect(after.byId.a).toBe(store.byId.a);
});

test("removed tasks are gone, and nothing else changes", () => {
  expect(Object.keys(removeTasks(store, ["a"]).byId)).toEqual(["b"]);
  expect(removeTasks(store, ["x"])).toBe(store);
});

test("columns are in the server's order, and an unchanged one keeps its array", () => {
  const first = groupByColumn([
    task("b", { position: 2 }),
    task("a", { position: 1 }),
    task("y", { status: "COMPLETED", statusSince: "2026-01-01T00:00:00.000Z" }),
    task("z", { status: "COMPLETED", statusSince: "2026-01-02T00:00:00.000Z" }),
    task("s", { status: "STALLED" }),
  ]);
  expect(first.approved.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(first.completed.map(({ id }) => id)).toEqual(["z", "y"]);
  expect(first.stopped.map(({ id }) => id)).toEqual(["s"]);
  const second = groupByColumn([...first.approved, ...first.completed], first);
  expect(second.approved).toBe(first.approved);
  expect(second.stopped).not.toBe(first.stopped);
});

test("what an agent does is on its card at once; a pulse of a session that is over changes nothing", () => {
  const session = { id: "s1", liveLine: null, costUsd: null } as unknown as Task["session"];
  const running = mergeTasks(emptyStore, [task("a", { session })]);
  const pulse = { projectId: "p", taskId: "a", sessionId: "s1", liveLine: "Bash: npm test", costUsd: 0.25 };
  expect(patchPulse(running, pulse).byId.a?.session).toMatchObject({ liveLine: "Bash: npm test", costUsd: 0.25 });
  expect(patchPulse(running, { ...pulse, sessionId: "s0" })).toBe(running);
  expect(patchPulse(store, pulse)).toBe(store);
  expect(patchPulse(running, { ...pulse, taskId: "elsewhere" })).toBe(running);
});

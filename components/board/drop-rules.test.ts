import { expect, test } from "vitest";
import { describePlan, planDrop, positionAt } from "@/components/board/drop-rules.ts";
import type { ColumnId } from "@/lib/client/columns.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

const task = (status: TaskStatus, blockedBy: string[] = []) => ({ status, blockedBy }) as unknown as Task;
const verbOf = (status: TaskStatus, target: ColumnId) => {
  const plan = planDrop(task(status), target);
  return plan.kind === "verb" ? plan.verb : plan.kind;
};

test("a drop is the verb that leads into the column", () => {
  expect(verbOf("DRAFT", "approved")).toBe("approve");
  expect(verbOf("APPROVED", "draft")).toBe("withdraw");
  expect(verbOf("APPROVED", "queued")).toBe("queue");
  expect(verbOf("QUEUED", "approved")).toBe("unqueue");
  expect(verbOf("FAILED", "queued")).toBe("retry");
  expect(verbOf("STALLED", "queued")).toBe("retry");
  expect(verbOf("REVIEW", "queued")).toBe("requestChanges");
  expect(verbOf("REVIEW", "completed")).toBe("accept");
  expect(verbOf("DRAFT", "completed")).toBe("complete");
  expect(verbOf("COMPLETED", "approved")).toBe("reopen");
  expect(verbOf("RUNNING", "cancelled")).toBe("cancel");
});

test("running, review and stopped accept no drops from people", () => {
  for (const target of ["running", "review", "stopped"] as const) {
    const plan = planDrop(task("APPROVED"), target);
    expect(plan.kind).toBe("refused");
    expect(describePlan(plan, target)).toMatch(/does not accept drops\.$/);
  }
});

test("a blocked task is refused by Queued with the number of open dependencies", () => {
  expect(planDrop(task("APPROVED", ["a", "b"]), "queued")).toEqual({
    kind: "blocked",
    reason: "Queued refuses this task: 2 dependencies are open",
  });
});

test("within a column only the manual order changes, and the queue keeps its own", () => {
  expect(verbOf("APPROVED", "approved")).toBe("reorder");
  expect(verbOf("QUEUED", "queued")).toBe("refused");
  expect(verbOf("COMPLETED", "completed")).toBe("refused");
});

test("a place is between its neighbours", () => {
  const others = [{ position: 1 }, { position: 2 }];
  expect(positionAt(others, 0)).toBe(0);
  expect(positionAt(others, 1)).toBe(1.5);
  expect(positionAt(others, 2)).toBe(3);
  expect(positionAt([], 0)).toBe(0);
});

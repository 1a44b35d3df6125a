import { expect, test, vi } from "vitest";
import type { EventNotice, Tasks } from "@/lib/client/event-notices.ts";
import { createFailureNotices } from "@/lib/client/failure-notices.ts";
import type { JournalEvent } from "@/lib/events.ts";

const failed = (entityId: string, message = "Exit code 3") =>
  ({ type: "TASK_FAILED", entityId, payload: { reason: "EXIT_CODE", message } }) as unknown as JournalEvent;
const task = (name: string, status: Tasks[string]["status"]) => ({ key: `P-${name}`, title: `Task ${name}`, status });
/** All of them failed, but for those that are said to have gone on. */
const tasksOf = (names: readonly string[], goneOn: Tasks = {}): Tasks => ({
  ...Object.fromEntries(names.map((name) => [name, task(name, "FAILED")])),
  ...goneOn,
});

/** What is on screen: one notice at most, as toasts with the same id take each other's place. */
function open() {
  let shown: { notice: EventNotice; close: () => void } | null = null;
  const show = vi.fn((notice: EventNotice, close: () => void) => {
    shown = { notice, close };
  });
  const dismiss = vi.fn(() => {
    shown = null;
  });
  const failures = createFailureNotices({ show, dismiss });
  return { failures, show, dismiss, title: () => shown?.notice.title, close: () => shown?.close() };
}

test("one failure is named with its reason and leads to its task", () => {
  const { failures, show } = open();
  failures.follow([failed("a")], tasksOf(["a"]));
  expect(show).toHaveBeenCalledExactlyOnceWith(
    { id: "failed", level: "error", title: "P-a failed: Task a", description: "Exit code 3", open: "t/P-a" },
    expect.any(Function),
  );
});

test("sixty failures are one notice that leads to all of them, whether they came at once or one after the other", () => {
  const names = Array.from({ length: 60 }, (_, index) => `${index}`);
  const atOnce = open();
  atOnce.failures.follow(
    names.map((name) => failed(name)),
    tasksOf(names),
  );
  expect(atOnce.show).toHaveBeenCalledTimes(1);
  const oneByOne = open();
  for (const name of names) oneByOne.failures.follow([failed(name)], tasksOf(names));
  for (const { show } of [atOnce, oneByOne])
    expect(show.mock.lastCall?.[0]).toMatchObject({ id: "failed", title: "60 tasks failed", open: "inbox" });
});

test("what is mended by the end of a batch is not told, nor is what is not known", () => {
  const { failures, show } = open();
  const tasks = tasksOf([], { a: task("a", "COMPLETED"), b: task("b", "QUEUED") });
  failures.follow([failed("a"), failed("b"), failed("unknown")], tasks);
  expect(show).not.toHaveBeenCalled();
});

test("the notice counts down as tasks go on, and goes with the last one", () => {
  const { failures, dismiss, title } = open();
  failures.follow([failed("a"), failed("b")], tasksOf(["a", "b"]));
  failures.follow([], tasksOf(["b"], { a: task("a", "QUEUED") }));
  expect(title()).toBe("P-b failed: Task b");
  expect(dismiss).not.toHaveBeenCalled();
  failures.follow([], {});
  expect(title()).toBeUndefined();
});

test("while nothing changes nothing is told again; another reason is", () => {
  const { failures, show } = open();
  for (let batch = 0; batch < 3; batch++) failures.follow(batch === 0 ? [failed("a")] : [], tasksOf(["a"]));
  expect(show).toHaveBeenCalledTimes(1);
  failures.follow([failed("a", "Out of memory")], tasksOf(["a"]));
  expect(show.mock.lastCall?.[0]).toMatchObject({ description: "Out of memory" });
});

test("what was closed is told no more, and the next failure is told by itself", () => {
  const { failures, show, title, close } = open();
  failures.follow([failed("a"), failed("b")], tasksOf(["a", "b"]));
  close();
  failures.follow([], tasksOf(["a"]));
  expect(show).toHaveBeenCalledTimes(1);
  failures.follow([failed("c")], tasksOf(["a", "c"]));
  expect(title()).toBe("P-c failed: Task c");
});

test("closing a notice that another one has replaced forgets nothing", () => {
  const { failures, show, dismiss } = open();
  failures.follow([failed("a")], tasksOf(["a"]));
  failures.follow([failed("b")], tasksOf(["a", "b"]));
  show.mock.calls[0]![1]();
  failures.follow([], {});
  expect(dismiss).toHaveBeenCalledExactlyOnceWith("failed");
});

test("who leaves the project leaves its failures behind", () => {
  const { failures, dismiss } = open();
  failures.stop();
  expect(dismiss).not.toHaveBeenCalled();
  failures.follow([failed("a")], tasksOf(["a"]));
  failures.stop();
  expect(dismiss).toHaveBeenCalledExactlyOnceWith("failed");
});

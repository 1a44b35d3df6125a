import type { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useDependency, useTaskVerb, useUpdateTask, whenFeedbackTaken } from "@/lib/client/mutations.ts";
import { notify } from "@/lib/client/notify.ts";
import { createQueryClient } from "@/lib/client/query-client.ts";
import { emptyStore, mergeTasks } from "@/lib/client/task-store.ts";
import { changeStore, readStore } from "@/lib/client/tasks.ts";
import { readHook } from "@/lib/client/testing.ts";
import { undoLast } from "@/lib/client/undo.ts";
import type { Task } from "@/lib/task/schema.ts";

/** The API's client holds on to the `fetch` it finds when it is loaded. */
const network = vi.hoisted(() => {
  const wire: { answer: (request: Request) => Promise<Response> } = { answer: async () => Response.error() };
  globalThis.fetch = (request) => wire.answer(request as Request);
  return wire;
});

let client: QueryClient;
let card: Task;
let server: ReturnType<typeof fakeServer>;
let count = 0;

beforeEach(() => {
  // What is remembered about tasks and projects outlives a test.
  count++;
  card = {
    id: `t${count}`,
    key: "P-1",
    projectId: `p${count}`,
    version: 1,
    updatedAt: "2026-01-01T00:00:00.000Z",
    status: "REVIEW",
    priority: 2,
    tags: [] as string[],
    title: "One",
  } as Task;
  client = createQueryClient();
  changeStore(client, card.projectId, () => mergeTasks(emptyStore, [card]));
  server = fakeServer(card);
  vi.stubGlobal("window", { location: { origin: "http://runboard.test" } });
  network.answer = server.answer;
  for (const level of ["info", "attention", "error"] as const) vi.spyOn(notify, level).mockReturnValue();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const statusOf: Record<string, Task["status"]> = { withdraw: "DRAFT", approve: "APPROVED", queue: "QUEUED" };

/** Keeps one task and its versions as the real one does, and answers when the test lets it. */
function fakeServer(first: Task) {
  let task = first;
  const asked: { path: string; body: Record<string, unknown> }[] = [];
  const held: (() => void)[] = [];
  let isHolding = false;
  let refused: string | null = null;

  const reply = (path: string, body: Record<string, unknown>): Response => {
    const { version, ...changes } = body;
    const verb = path.split("/").at(-1)!;
    if (verb === refused) return Response.json({ code: "ILLEGAL_TRANSITION", message: "no" }, { status: 409 });
    const status = statusOf[verb];
    if (status) {
      task = { ...task, status, version: task.version + 1 };
      return Response.json(task);
    }
    if (!path.endsWith(task.id)) return Response.json(task);
    if (version !== task.version)
      return Response.json(
        { code: "VERSION_CONFLICT", message: "changed", details: { current: task } },
        { status: 409 },
      );
    task = { ...task, ...changes, version: task.version + 1 };
    return Response.json(task);
  };
  return {
    asked,
    answer: async (request: Request) => {
      const path = `${request.method} ${new URL(request.url).pathname}`;
      const text = await request.text();
      const body = text === "" ? {} : JSON.parse(text);
      if (request.method === "GET") return Response.json(task);
      asked.push({ path, body });
      if (isHolding) await new Promise<void>((resolve) => held.push(resolve));
      return reply(path, body);
    },
    hold: () => {
      isHolding = true;
    },
    refuse: (verb: string) => {
      refused = verb;
    },
    /** Answers the oldest request that waits, as soon as there is one. */
    letGo: async () => {
      await vi.waitFor(() => expect(held).not.toHaveLength(0));
      held.shift()!();
    },
    changeByOthers: (changes: Partial<Task>) => {
      task = { ...task, ...changes, version: task.version + 1 };
    },
    task: () => task,
  };
}

const use = <Result>(hook: () => Result): Result => readHook(client, hook);
const shown = () => readStore(client, card.projectId).byId[card.id]!;
const versionsSent = () => server.asked.map(({ body }) => body.version);
const idle = () => vi.waitFor(() => expect(client.isMutating()).toBe(0));

test("three quick edits go out one by one on each other's answer, and none is taken off the screen meanwhile", async () => {
  server.hold();
  const { mutate } = use(useUpdateTask);
  for (const [name, value] of [
    ["priority", 3],
    ["tags", ["api"]],
    ["priority", 4],
  ] as const) {
    mutate({ task: shown(), changes: { [name]: value } });
    await vi.waitFor(() => expect(shown()[name]).toEqual(value));
  }
  for (let n = 1; n <= 3; n++) {
    await server.letGo();
    await vi.waitFor(() => expect(client.isMutating()).toBe(3 - n));
    expect(shown()).toMatchObject({ priority: 4, tags: ["api"] });
  }
  expect(versionsSent()).toEqual([1, 2, 3]);
  expect(server.task()).toMatchObject({ priority: 4, tags: ["api"], version: 4 });
  expect(readStore(client, card.projectId).pending).toEqual({});
  expect(notify.attention).not.toHaveBeenCalled();
});

test("an edit begun before own ones were saved is no conflict; one that others came before is", async () => {
  const edit = use(useUpdateTask);
  await edit.mutateAsync({ task: card, changes: { priority: 3 } });
  await edit.mutateAsync({ task: card, changes: { title: "Two" } });
  expect(versionsSent()).toEqual([1, 2]);

  server.changeByOthers({ title: "Theirs" });
  await expect(edit.mutateAsync({ task: card, changes: { title: "Three" } })).rejects.toThrow("changed");
  expect(shown()).toMatchObject({ title: "Theirs", version: 4 });
  expect(notify.attention).toHaveBeenCalledOnce();
});

test("verbs and edits of a card go out in the order they were asked for, and all of them stay on the screen", async () => {
  server.hold();
  const verb = use(useTaskVerb);
  const edit = use(useUpdateTask);
  verb.mutate({ task: card, verb: "withdraw" });
  await vi.waitFor(() => expect(shown().status).toBe("DRAFT"));
  verb.mutate({ task: shown(), verb: "approve" });
  await vi.waitFor(() => expect(shown().status).toBe("APPROVED"));
  edit.mutate({ task: shown(), changes: { priority: 4 } });
  verb.mutate({ task: shown(), verb: "queue" });
  await vi.waitFor(() => expect(shown()).toMatchObject({ status: "QUEUED", priority: 4 }));
  for (let n = 1; n <= 4; n++) {
    await vi.waitFor(() => expect(server.asked).toHaveLength(n));
    await server.letGo();
    await vi.waitFor(() => expect(client.isMutating()).toBe(4 - n));
    expect(shown()).toMatchObject({ status: "QUEUED", priority: 4 });
  }
  const path = `/api/v1/tasks/${card.id}`;
  expect(server.asked.map((asked) => asked.path)).toEqual([
    `POST ${path}/withdraw`,
    `POST ${path}/approve`,
    `PATCH ${path}`,
    `POST ${path}/queue`,
  ]);
  expect(server.task()).toMatchObject({ status: "QUEUED", priority: 4, version: 5 });
  expect(readStore(client, card.projectId).pending).toEqual({});
  expect(notify.attention).not.toHaveBeenCalled();
  expect(notify.error).not.toHaveBeenCalled();
});

test("a verb that was refused is taken off the screen, and what is behind it goes on", async () => {
  server.hold();
  const verb = use(useTaskVerb);
  const edit = use(useUpdateTask);
  server.refuse("accept");
  verb.mutate({ task: card, verb: "accept" });
  edit.mutate({ task: card, changes: { tags: ["api"] } });
  await vi.waitFor(() => expect(shown()).toMatchObject({ status: "COMPLETED", tags: ["api"] }));
  await server.letGo();
  await vi.waitFor(() => expect(shown()).toMatchObject({ status: "REVIEW", tags: ["api"] }));
  await server.letGo();
  await idle();
  expect(server.task()).toMatchObject({ status: "REVIEW", tags: ["api"] });
  expect(notify.error).toHaveBeenCalledOnce();
});

test("an edit that was refused is taken off the screen, and the one behind it goes on", async () => {
  server.hold();
  const { mutate } = use(useUpdateTask);
  server.changeByOthers({ title: "Theirs" });
  mutate({ task: card, changes: { priority: 4 } });
  mutate({ task: { ...card, version: 2 }, changes: { tags: ["api"] } });
  await server.letGo();
  await vi.waitFor(() => expect(shown()).toMatchObject({ title: "Theirs", priority: 2, tags: ["api"] }));
  await server.letGo();
  await idle();
  expect(server.task()).toMatchObject({ priority: 2, tags: ["api"] });
});

test("edits are taken back from the newest on, in their own project, and that is not remembered", async () => {
  const edit = use(useUpdateTask);
  await edit.mutateAsync({ task: card, changes: { priority: 3 } });
  await edit.mutateAsync({ task: shown(), changes: { priority: 4, tags: ["api"] } });
  expect(undoLast("another project")).toBe(false);
  undoLast(card.projectId);
  await idle();
  expect(server.task()).toMatchObject({ priority: 3, tags: [] });
  undoLast(card.projectId);
  await idle();
  expect(server.task()).toMatchObject({ priority: 2, tags: [] });
  expect(undoLast(card.projectId)).toBe(false);
});

test("what others have changed since is not taken back but told as a conflict; what they left alone is", async () => {
  const edit = use(useUpdateTask);
  await edit.mutateAsync({ task: card, changes: { priority: 3 } });
  await edit.mutateAsync({ task: shown(), changes: { title: "Mine" } });
  server.changeByOthers({ title: "Theirs" });
  changeStore(client, card.projectId, (store) => mergeTasks(store, [server.task()]));
  undoLast(card.projectId);
  await idle();
  expect(server.task()).toMatchObject({ title: "Theirs" });
  expect(notify.attention).toHaveBeenCalledOnce();
  undoLast(card.projectId);
  await idle();
  expect(server.task()).toMatchObject({ title: "Theirs", priority: 2 });
});

test("a dependency is taken back by its opposite", async () => {
  const dependency = use(useDependency);
  await dependency.mutateAsync({ task: card, dependsOnId: "other", change: "add" });
  undoLast(card.projectId);
  await idle();
  const path = `/api/v1/tasks/${card.id}/dependencies/other`;
  expect(server.asked.map((asked) => asked.path)).toEqual([`PUT ${path}`, `DELETE ${path}`]);
  expect(undoLast(card.projectId)).toBe(false);
});

test("feedback counts as taken when the server has it, not when it was refused", async () => {
  const verb = use(useTaskVerb);
  const taken = vi.fn();
  const call = { task: card, verb: "requestChanges", input: { feedback: "Again" } } as const;
  whenFeedbackTaken(client, card, "Again", taken);
  network.answer = async () => Promise.reject(new TypeError("Nobody answers"));
  await expect(verb.mutateAsync(call)).rejects.toThrow();
  expect(taken).not.toHaveBeenCalled();
  network.answer = server.answer;
  await verb.mutateAsync({ ...call, verb: "accept", input: {} });
  expect(taken).not.toHaveBeenCalled();
  await verb.mutateAsync(call);
  await verb.mutateAsync(call);
  expect(taken).toHaveBeenCalledOnce();
});

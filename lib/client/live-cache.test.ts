import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keys } from "@/lib/client/keys.ts";
import { emptyStore, mergePage, type TaskStore } from "@/lib/client/task-store.ts";
import type { Task } from "@/lib/task/schema.ts";

const task = (id: string, fields: Partial<Task> = {}) =>
  ({
    id,
    projectId: "p",
    status: "COMPLETED",
    version: 1,
    updatedAt: "",
    blockedBy: [],
    blocks: [],
    ...fields,
  }) as Task;

/** What the server has; it is asked by ids. */
let stored: Task[] = [];

beforeEach(() => {
  vi.stubGlobal("window", { location: { origin: "http://localhost" } });
  vi.stubGlobal("document", { visibilityState: "hidden" });
  vi.stubGlobal("fetch", async (request: Request) => {
    const ids = new URL(request.url).searchParams.get("ids")?.split(",") ?? [];
    return Response.json({ items: stored.filter(({ id }) => ids.includes(id)), nextCursor: null });
  });
});
afterEach(() => vi.unstubAllGlobals());

test("after too much was missed, cards that are gone leave, and those of later pages are as they are now", async () => {
  const { createLiveCache } = await import("@/lib/client/live-cache.ts");
  const client = new QueryClient();
  const known = mergePage(emptyStore, "completed", {
    items: [task("first"), task("later"), task("gone")],
    nextCursor: "c",
  });
  client.setQueryData(keys.tasks("p"), known);
  stored = [task("first"), task("later", { status: "APPROVED", version: 2 })];

  const live = createLiveCache(client, { projectId: "p", open: () => {} });
  live.onResync();

  const store = () => client.getQueryData<TaskStore>(keys.tasks("p"))!;
  await vi.waitFor(() => expect(Object.keys(store().byId)).toEqual(["first", "later"]));
  expect(store().byId.later).toMatchObject({ status: "APPROVED", version: 2 });
  expect(store().cursors).toEqual({ completed: "c" });
  live.stop();
});

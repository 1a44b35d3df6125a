import type { QueryClient } from "@tanstack/react-query";
import { NuqsTestingAdapter } from "nuqs/adapters/testing";
import type { KeyboardEvent } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BoardProvider } from "@/components/board/board-provider.tsx";
import { useBoardKeys } from "@/components/board/use-board-keys.ts";
import { columns } from "@/lib/client/columns.ts";
import { createQueryClient } from "@/lib/client/query-client.ts";
import { emptyStore, mergeTasks } from "@/lib/client/task-store.ts";
import { changeStore } from "@/lib/client/tasks.ts";
import { readHook } from "@/lib/client/testing.ts";
import type { Task } from "@/lib/task/schema.ts";

vi.mock("next/navigation", () => ({
  useRouter: () => ({ push: () => {} }),
  usePathname: () => "/p/P",
  useSearchParams: () => new URLSearchParams(),
}));

/** What the API was asked, which never answers. */
const asked = vi.hoisted(() => {
  const requests: { path: string; body: Promise<string> }[] = [];
  globalThis.fetch = (input) => {
    const request = input as Request;
    requests.push({ path: new URL(request.url).pathname, body: request.text() });
    return new Promise(() => {});
  };
  return requests;
});

const card = (id: string, position: number, fields: Partial<Task> = {}) =>
  ({
    ...{ id, key: id, projectId: "p", version: 1, updatedAt: "", title: id, description: "", tags: [] as string[] },
    ...{ status: "APPROVED", position, blockedBy: [] as string[] },
    ...fields,
  }) as Task;

let client: QueryClient;

beforeEach(() => {
  asked.length = 0;
  client = createQueryClient();
  vi.stubGlobal("window", { location: { origin: "http://runboard.test" } });
  vi.stubGlobal("requestAnimationFrame", () => 0);
});
afterEach(() => vi.unstubAllGlobals());

/** Presses a key on a card of a board that shows what `filter` lets through. */
function press(id: string, key: string, more: { shiftKey?: boolean; repeat?: boolean; filter?: string } = {}) {
  const { filter = "", shiftKey = false, repeat = false } = more;
  const onKeyDown = readHook(
    client,
    () => useBoardKeys(columns.map((column) => column.id)),
    (reader) => (
      <NuqsTestingAdapter searchParams={filter}>
        <BoardProvider projectId="p" projectKey="P">
          {reader}
        </BoardProvider>
      </NuqsTestingAdapter>
    ),
  );
  const target = { dataset: { title: "" }, closest: () => ({ dataset: { card: id } }) };
  const preventDefault = vi.fn();
  onKeyDown({ key, shiftKey, repeat, target, preventDefault } as unknown as KeyboardEvent);
  return { preventDefault };
}

test("with a filter on, a card is placed between the cards that are shown", async () => {
  const cards = [card("fix a", 0), card("hidden", 10), card("fix b", 20), card("also hidden", 30), card("fix c", 40)];
  changeStore(client, "p", () => mergeTasks(emptyStore, cards));
  press("fix a", "ArrowDown", { shiftKey: true, filter: "?q=fix" });
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  expect(JSON.parse(await asked[0]!.body)).toMatchObject({ position: 30 });
});

test("a key that is held down acts once, and still does nothing else", async () => {
  changeStore(client, "p", () => mergeTasks(emptyStore, [card("one", 0), card("two", 1)]));
  for (const [key, shiftKey] of [
    ["s", false],
    ["a", false],
    ["ArrowRight", true],
    [" ", false],
    ["Enter", false],
  ] as const) {
    const { preventDefault } = press("one", key, { shiftKey, repeat: true });
    expect(preventDefault).toHaveBeenCalledTimes(key.length > 1 || key === " " ? 1 : 0);
  }
  expect(client.isMutating()).toBe(0);
  press("one", "s");
  await vi.waitFor(() => expect(asked.map(({ path }) => path)).toEqual(["/api/v1/tasks/one/queue"]));
});

test("walking goes on while its key is held down", () => {
  changeStore(client, "p", () => mergeTasks(emptyStore, [card("one", 0), card("two", 1)]));
  const focus = vi.fn();
  const getElementById = vi.fn((_id: string) => ({ focus, closest: () => null }));
  vi.stubGlobal("document", { getElementById });
  press("one", "ArrowDown", { repeat: true });
  expect(getElementById).toHaveBeenCalledWith("card-two");
  expect(focus).toHaveBeenCalledOnce();
});

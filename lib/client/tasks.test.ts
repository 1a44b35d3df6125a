import type { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createQueryClient } from "@/lib/client/query-client.ts";
import { emptyStore, mergePage } from "@/lib/client/task-store.ts";
import { changeStore, loadNextPage, readStore } from "@/lib/client/tasks.ts";

/** The API's client holds on to the `fetch` it finds when it is loaded. */
const network = vi.hoisted(() => {
  const wire: { answer: (url: URL) => Promise<Response> } = { answer: async () => Response.error() };
  globalThis.fetch = (request) => wire.answer(new URL((request as Request).url));
  return wire;
});

let client: QueryClient;

beforeEach(() => {
  client = createQueryClient();
  vi.stubGlobal("window", { location: { origin: "http://runboard.test" } });
});
afterEach(() => vi.unstubAllGlobals());

const cursorOfReview = () => readStore(client, "p").cursors.review;

test("a page that the server does not send is said to have failed, and can be asked for again", async () => {
  changeStore(client, "p", () => mergePage(emptyStore, "review", { items: [], nextCursor: "two" }));
  network.answer = async () => Promise.reject(new TypeError("Nobody answers"));
  await expect(loadNextPage(client, "p", "review")).resolves.toBe(false);
  expect(cursorOfReview()).toBe("two");

  const task = { id: "t", version: 1, updatedAt: "", status: "REVIEW" };
  network.answer = async (url) =>
    Response.json({ items: url.searchParams.get("cursor") === "two" ? [task] : [], nextCursor: null });
  await expect(loadNextPage(client, "p", "review")).resolves.toBe(true);
  expect(readStore(client, "p").byId.t).toMatchObject({ status: "REVIEW" });
  expect(cursorOfReview()).toBeNull();
});

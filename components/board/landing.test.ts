import { afterEach, expect, test, vi } from "vitest";
import { indexAt } from "@/components/board/landing.ts";

afterEach(() => vi.unstubAllGlobals());

/** Rows of 10 px that are drawn of a long list; `top` is where the first of the view stands. */
function draw(rows: readonly { id: string; index: number }[], viewFrom: number) {
  const list = {
    querySelectorAll: () =>
      rows.map(({ id, index }) => ({
        dataset: { row: id, index: String(index) },
        getBoundingClientRect: () => ({ top: (index - viewFrom) * 10, height: 10 }),
      })),
  };
  vi.stubGlobal("document", { querySelector: () => list });
}

test("the place is counted among the other cards, also where the carried one is far out of view", () => {
  draw([{ id: "carried", index: 0 }, ...[50, 51, 52].map((index) => ({ id: `c${index}`, index }))], 50);
  // Before c51, which is the 51st of the others.
  expect(indexAt("draft", "carried", 11)).toBe(50);
  expect(indexAt("draft", "carried", 99)).toBe(52);
});

test("a card far above that stays drawn, because it has the focus, counts for nothing", () => {
  draw(
    [
      { id: "focused", index: 3 },
      { id: "c50", index: 50 },
      { id: "c51", index: 51 },
      { id: "carried", index: 60 },
    ],
    50,
  );
  expect(indexAt("draft", "carried", 2)).toBe(50);
});

test("over a column with no other card there is no place", () => {
  draw([{ id: "carried", index: 0 }], 0);
  expect(indexAt("draft", "carried", 5)).toBeNull();
});

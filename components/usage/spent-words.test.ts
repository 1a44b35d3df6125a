import { expect, test } from "vitest";
import { spentWords, taskCostWords } from "@/components/usage/spent-words.ts";

const none = { input: null, output: null, cacheRead: null, cacheWrite: null };
const claude = (costUsd: number | null) => ({ agent: "claude-code", costUsd });

test("what nobody has told is unknown, not nothing", () => {
  expect(spentWords({ tokens: none, costUsd: null })).toEqual(["tokens unknown", "cost unknown"]);
  expect(spentWords({ tokens: null, costUsd: 0 })).toEqual(["tokens unknown", "$0.00"]);
  expect(spentWords({ tokens: { ...none, input: 12_340, output: 0 }, costUsd: 0.4 })).toEqual([
    "tokens: 12.3k in, 0 out",
    "$0.40",
  ]);
});

test("a task costs what its attempts cost, and says how many of them are unknown", () => {
  expect(taskCostWords([])).toBeNull();
  expect(taskCostWords([{ agent: "cli", costUsd: null }])).toBeNull();
  expect(taskCostWords([claude(null)])).toBe("cost unknown");
  expect(taskCostWords([claude(0.4), claude(0.8)])).toBe("$1.20");
  expect(taskCostWords([claude(0.4), claude(null), { agent: "cli", costUsd: null }])).toBe("$0.40, 1 attempt unknown");
});

import { expect, test } from "vitest";
import { reactionWords } from "@/lib/client/monitor.ts";

test("what a check did is one sentence", () => {
  expect(reactionWords([])).toBe("Nothing new waits or is silent for too long.");
  expect(reactionWords([{ strategy: "escalate" }])).toBe("1 task waits or is silent for too long: escalated.");
  expect(reactionWords([{ strategy: "log_only" }, { strategy: "log_only" }])).toBe(
    "2 tasks wait or are silent for too long: noted.",
  );
});

import { expect, test } from "vitest";
import { attemptWords } from "@/components/task/attempt-words.ts";

const tried = { attempts: 3, failures: 0, losses: 0, maxAttempts: 3 };

test.each([
  ["never tried", { ...tried, attempts: 0, status: "QUEUED" }, null],
  ["the first one runs", { ...tried, attempts: 1, status: "RUNNING" }, "Attempt 1 of 3"],
  ["runs again", { ...tried, failures: 1, losses: 1, status: "RUNNING" }, "Attempt 2 of 3, lost once"],
  ["waits to run again", { ...tried, failures: 2, losses: 1, status: "QUEUED" }, "2 of 3 attempts used, lost once"],
  ["quarantined", { ...tried, losses: 3, status: "FAILED" }, "Lost 3 times"],
  ["done at once", { ...tried, attempts: 1, status: "COMPLETED" }, null],
] as const)("%s", (_, task, words) => expect(attemptWords(task)).toBe(words));

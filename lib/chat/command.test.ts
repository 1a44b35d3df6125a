import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chatCommands, parseCommand, suggestCommand } from "@/lib/chat/command.ts";

const names = chatCommands.map(({ name }) => name);

describe("a line of the chat", () => {
  it.each([
    ["/task Fix it", { name: "task", options: {}, rest: "Fix it" }],
    ["  /TASK   Fix it  ", { name: "task", options: {}, rest: "Fix it" }],
    [
      "/task priority:high type:cli after:A-1,A-2 tags:a,b Fix: the bug",
      { name: "task", options: { priority: "high", type: "cli", after: "A-1,A-2", tags: "a,b" }, rest: "Fix: the bug" },
    ],
    ["/task http://example.org is down", { name: "task", options: {}, rest: "http://example.org is down" }],
    ["/task Fix priority:high", { name: "task", options: {}, rest: "Fix priority:high" }],
    ["/task first\nsecond", { name: "task", options: {}, rest: "first\nsecond" }],
    ["/help", { name: "help", options: {}, rest: "" }],
    ["plain words", null],
    ["and/or", null],
    ["/statsu", { unknown: "statsu", nearest: "status" }],
    ["/tsk x", { unknown: "tsk", nearest: "task" }],
    ["/explian A-1", { unknown: "explian", nearest: "explain" }],
  ])("%j is read as %j", (text, expected) => {
    expect(parseCommand(text)).toEqual(expected);
  });

  it("never throws, whatever it is, and an unknown command comes with a real one", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string().map((text) => `/${text}`),
          fc.string().map((text) => `/task ${text}`),
        ),
        (text) => {
          const parsed = parseCommand(text);
          suggestCommand(text);
          if (parsed === null) expect(text.trim().startsWith("/")).toBe(false);
          else expect(names).toContain("unknown" in parsed ? parsed.nearest : parsed.name);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("long as it may be is read at once", () => {
    const began = performance.now();
    for (const text of [
      `/${"x".repeat(16_000)}`,
      `/task ${"priority:high ".repeat(1_100)}`,
      `please create a task ${" ".repeat(16_000)}\nx\ny`,
    ]) {
      parseCommand(text);
      suggestCommand(text);
    }
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe("plain words that read like a request", () => {
  it.each([
    ["Please create a task to fix the login.", "/task fix the login"],
    ["could you add a card for the new logo", "/task the new logo"],
    ["make a draft: write the docs", "/draft write the docs"],
    ["create a new task: x", "/task x"],
    ["the task is done", null],
    ["create peace", null],
  ])("%j offers %j", (text, expected) => {
    expect(suggestCommand(text)).toBe(expected);
  });
});

import { expect, it } from "vitest";
import { createLogCleaner } from "./clean-log.ts";

const clean = (...chunks: string[]): string => {
  const cleaner = createLogCleaner();
  return chunks.map((chunk) => cleaner.feed(chunk)).join("") + cleaner.end();
};

it.each([
  ["text and its lines", "a\tb\r\nc\n", "a\tb\r\nc\n"],
  ["colour, which ends at the end", "\u001b[1;31mred", "\u001b[1;31mred\u001b[0m"],
  [
    "colours of 256 and of millions",
    "\u001b[38;5;8ma\u001b[48;2;5;6;8mb\u001b[0m",
    "\u001b[38;5;8ma\u001b[48;2;5;6;8mb\u001b[0m",
  ],
])("%s stays", (_, given, expected) => {
  expect(clean(given)).toBe(expected);
});

it.each([
  ["a title", "a\u001b]0;owned\u0007b"],
  ["a title, ended the other way", "a\u001b]2;owned\u001b\\b"],
  ["the clipboard", "a\u001b]52;c;eA==\u0007b"],
  ["a link", "a\u001b]8;;http://x\u0007b\u001b]8;;\u0007"],
  ["cleared screens and moved cursors", "a\u001b[2J\u001b[Hb\u001b[10A"],
  ["hidden text, even in between", "a\u001b[1;8mb"],
  ["blinking text", "a\u001b[05mb"],
  ["a device control string", "a\u001bP1;2q...\u001b\\b"],
  ["a reset of the terminal", "a\u001bcb"],
  ["signs of one byte", "a\u009b2Jb\u009d0;x\u009c"],
  ["bells and backspaces", "a\u0007\bb"],
  ["what turns text around", "a\u202e\u2066b\u061c"],
])("%s is taken out", (_, given) => {
  expect(clean(given)).toBe("ab");
});

it("comes to the same however it is cut", () => {
  const whole = "one \u001b[38;5;8mtwo\u001b]0;title\u0007 three\u001b[2J\u001b[0m four";
  for (let at = 0; at <= whole.length; at++) {
    expect(clean(whole.slice(0, at), whole.slice(at)), `cut at ${at}`).toBe(
      "one \u001b[38;5;8mtwo three\u001b[0m four",
    );
  }
  expect(clean(...whole)).toBe("one \u001b[38;5;8mtwo three\u001b[0m four");
});

it("does not wait for ever for the end of a sequence", () => {
  expect(clean(`a\u001b]0;${"x".repeat(5_000)}b`)).toContain("b");
  expect(clean("a\u001b]0;title\nnext line")).toBe("a\nnext line");
});

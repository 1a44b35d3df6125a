import stringWidth from "string-width";
import { expect, it } from "vitest";
import { cleanLine, cleanLines } from "./clean-text.ts";
import { jsonText } from "./json-text.ts";
import { type Column, shorten, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { relativeTime, tookTime } from "./time-text.ts";

const terminal = (columns: number | null): Terminal => ({
  ...{
    isInteractive: columns !== null,
    mayAsk: false,
    showsProgress: false,
    hasColor: false,
    saysInColor: false,
    columns,
  },
  out: () => {},
  say: () => {},
});
const columns: Column<{ key: string; title: string }>[] = [
  { title: "KEY", text: ({ key }) => key },
  { title: "EMPTY", text: () => "" },
  { title: "TITLE", text: ({ title }) => title, isElastic: true },
];
const rows = [
  { key: "A-1", title: "short" },
  { key: "AB-22", title: `long ${"word ".repeat(30)}` },
];

it("is as wide as it needs in a pipe, and leaves out what is empty in every row", () => {
  const lines = table(columns, rows, terminal(null)).split("\n");
  expect(lines.slice(0, 2)).toEqual(["KEY    TITLE", "A-1    short"]);
  expect(lines[2]).toBe(`AB-22  ${rows[1]!.title.trim()}`);
});

it("is cut to the width of a terminal, where it can be", () => {
  const lines = table(columns, rows, terminal(30)).split("\n");
  expect(lines[2]).toBe("AB-22  long word word word wo…");
  expect(table(columns, rows, terminal(5)).split("\n")[2]).toBe("AB-22  long wo…");
});

it("cuts by what is seen", () => {
  expect(shorten("宽宽宽宽", 5)).toBe("宽宽…");
  expect(shorten("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 4)).toBe("👩‍👩‍👧…");
  expect(stringWidth(shorten("é".repeat(20), 10))).toBe(10);
});

it("takes out of text what a terminal would obey", () => {
  expect(cleanLine("a\n\tb \u001b[31mred\u001b[0m \u009b2J\u202ex\u0007\u2028y")).toBe("a b red x y");
  expect(cleanLines("a\u001b]0;t\u0007\r\n\tb\u0000")).toBe("a\n\tb");
  expect(jsonText({ a: "\u009b\u202e\u001b" })).toBe('{"a":"\\u009b\\u202e\\u001b"}');
});

it("says times as people do", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  expect(relativeTime("2026-01-01T11:57:00Z", now)).toBe("3m ago");
  expect(relativeTime("2026-01-01T14:30:00Z", now)).toBe("in 2h");
  expect(relativeTime("2026-01-01T12:00:00Z", now)).toBe("now");
  expect(relativeTime(null, now)).toBe("");
  expect(tookTime("2026-01-01T11:00:00Z", "2026-01-01T11:01:05Z")).toBe("1m 5s");
  expect(tookTime("2026-01-01T11:00:00Z", null, now)).toBe("1h");
});

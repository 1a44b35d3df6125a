import { describe, expect, test } from "vitest";
import { type LogSpan, lineText } from "@/components/log/log-line.ts";
import { createAnsiParser } from "@/components/log/parse-ansi.ts";
import { changePen, plainPen } from "@/components/log/sgr.ts";

const esc = "\u001b";
const parse = (...chunks: string[]) => {
  const parser = createAnsiParser();
  for (const chunk of chunks) parser.feed(chunk);
  return parser.lines;
};
const texts = (...chunks: string[]) => parse(...chunks).map(lineText);
const first = (...chunks: string[]): LogSpan[] => parse(...chunks)[0]!.spans;
const classOf = (sgr: string) => first(`${esc}[${sgr}mx`)[0]!.className;

describe("text and lines", () => {
  test("plain text becomes lines, the last of which is open", () => {
    expect(texts("a\nb\r\nc")).toEqual(["a", "b", "c"]);
    expect(texts("a\n")).toEqual(["a", ""]);
  });
  test("a line may arrive in pieces", () => {
    expect(texts("he", "ll", "o\nwor", "ld")).toEqual(["hello", "world"]);
  });
  test("tabs and signs outside the basic plane survive", () => {
    expect(texts("a\tb 🚀 é")).toEqual(["a\tb 🚀 é"]);
  });
});

describe("styles", () => {
  test("the sixteen colours are eight tokens, bright ones bold", () => {
    expect(classOf("31")).toBe("ansi-1");
    expect(classOf("92")).toBe("ansi-2 ansi-bold");
    expect(classOf("1;4;3;9")).toBe("ansi-bold ansi-italic ansi-underline ansi-strike");
  });
  test("256 and true colours go to the nearest hue", () => {
    expect(classOf("38;5;196")).toBe("ansi-1");
    expect(classOf("38;5;12")).toBe("ansi-4 ansi-bold");
    expect(classOf("38;5;240")).toBe("ansi-0");
    expect(classOf("38;2;255;128;0")).toBe("ansi-3");
    expect(classOf("38:2::0:200:80")).toBe("ansi-2");
    expect(classOf("38;2;90;60;220;1")).toBe("ansi-4 ansi-bold");
    expect(classOf("38;2;200;60;220")).toBe("ansi-5");
  });
  test("a background or reverse draws the colour as background", () => {
    expect(classOf("41")).toBe("ansi-bg-1");
    expect(classOf("37;44")).toBe("ansi-bg-4");
    expect(classOf("7")).toBe("ansi-reverse");
    expect(classOf("32;7")).toBe("ansi-bg-2");
  });
  test("a style lasts over lines and chunks until it is taken back", () => {
    const lines = parse(`${esc}[31mred\nstill`, ` red${esc}[39m plain`);
    expect(lines[1]!.spans).toEqual([
      { text: "still red", className: "ansi-1" },
      { text: " plain", className: "" },
    ]);
  });
  test("a sequence cut at any place gives the same lines", () => {
    const whole = `a${esc}[1;32mgreen${esc}[0m ${esc}]0;title${esc}\\b\r${esc}[2Kdone\n`;
    const expected = parse(whole);
    for (let cut = 1; cut < whole.length; cut++) expect(parse(whole.slice(0, cut), whole.slice(cut))).toEqual(expected);
    expect(parse(...whole)).toEqual(expected);
  });
  test("hidden and blinking text is shown as plain text", () => {
    expect(classOf("8")).toBe("");
    expect(classOf("5")).toBe("");
  });
  test("a curly underline is an underline", () => {
    expect(classOf("4:3")).toBe("ansi-underline");
  });
});

describe("overwriting", () => {
  test("a carriage return overwrites from the start of the line", () => {
    expect(texts("10%\r20%\r100%\n")).toEqual(["100%", ""]);
    expect(texts("abcdef\rXY")).toEqual(["XYcdef"]);
  });
  test("overwriting keeps the styles of what is left", () => {
    expect(first(`${esc}[31mabcd\r${esc}[32mx`)).toEqual([
      { text: "x", className: "ansi-2" },
      { text: "bcd", className: "ansi-1" },
    ]);
  });
  test("erasing a line leaves nothing of a longer one behind", () => {
    expect(texts(`downloading 50%\r${esc}[Kdone`)).toEqual(["done"]);
    expect(texts(`downloading${esc}[2K\rok`)).toEqual(["ok"]);
  });
  test("backspace goes one column back", () => {
    expect(texts("ab\b\bcd")).toEqual(["cd"]);
  });
});

describe("what is dropped", () => {
  test("titles, links, cursor moves, bells and charset switches", () => {
    expect(texts(`${esc}]0;title\u0007a${esc}[2J${esc}[10;5H${esc}[?25lb${esc}(Bc\u0007${esc}Pq#0${esc}\\d`)).toEqual([
      "abcd",
    ]);
    expect(texts(`${esc}]8;;https://bad.example${esc}\\text${esc}]8;;${esc}\\`)).toEqual(["text"]);
    expect(texts("\u009b31mred")).toEqual(["red"]);
  });
  test("signs that turn the direction of text", () => {
    expect(texts("a\u202eb\u2066c\u200fd\u061ce")).toEqual(["abcde"]);
  });
  test("a title that never ends swallows at most its line", () => {
    expect(texts(`${esc}]0;open\nnext`)).toEqual(["", "next"]);
  });
  test("a broken sequence does not hold text back for ever", () => {
    expect(texts(`${esc}]${"x".repeat(5000)}`)[0]!.length).toBe(5000);
  });
});

test("a notice stands on its own line and does not take the style", () => {
  const parser = createAnsiParser();
  parser.feed(`${esc}[31mred`);
  parser.addNotice("-- 240 lines were dropped --");
  parser.feed("more");
  expect(parser.lines.map(lineText)).toEqual(["red", "-- 240 lines were dropped --", "more"]);
  expect(parser.lines[1]).toMatchObject({ isNotice: true, spans: [{ className: "" }] });
  expect(parser.lines[2]!.spans[0]!.className).toBe("ansi-1");
});

test("two hundred thousand lines, a thousand at a time", () => {
  const chunk = `${esc}[32m✓${esc}[0m src/board.test.ts ${esc}[2m(12 tests)${esc}[22m 34ms\n`.repeat(1000);
  const parser = createAnsiParser();
  for (let times = 0; times < 200; times++) parser.feed(chunk);
  expect(parser.lines).toHaveLength(200_001);
});

test("styles taken back one by one are the plain style again, so pens do not pile up", () => {
  const pen = changePen(changePen(changePen(plainPen, "1;31"), "22"), "39");
  expect(pen).toBe(plainPen);
  expect(changePen(changePen(plainPen, "4;38;2;1;200;3"), "0")).toBe(plainPen);
});

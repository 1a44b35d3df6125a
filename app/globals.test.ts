import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("./globals.css", import.meta.url), "utf8");
const light = readTokens(":root");
const themes = { light, dark: { ...light, ...readTokens(".dark") } };
const texts = ["text", "text-muted", "text-subtle", "accent", "accent-hover"];
const surfaces = ["bg", "surface", "sunken", "raised", "selected"];
const roles = ["neutral", "info", "attention", "success", "danger"];
const ansi = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => `ansi-${index}`);

describe.each(Object.entries(themes))("%s theme", (_name, tokens) => {
  const ratio = (a: string, b: string) => contrast(tokens[a]!, tokens[b]!);

  test.each(pairs(texts, surfaces))("%s reads on %s", (text, surface) => {
    expect(ratio(text, surface)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(roles.flatMap((role) => pairs([role], ["surface", "sunken", `${role}-tint`])))(
    "%s reads on %s",
    (fg, on) => {
      expect(ratio(fg, on)).toBeGreaterThanOrEqual(4.5);
    },
  );
  test.each(pairs([...ansi, "text", "text-subtle"], ["log-bg", "selected"]))("%s reads on %s", (fg, on) => {
    expect(ratio(fg, on)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(pairs(["text"], ["diff-added", "diff-removed"]))("%s reads on %s", (fg, on) => {
    expect(ratio(fg, on)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(pairs(["on-accent"], ["accent", "accent-hover", "danger"]))("%s reads on %s", (fg, on) => {
    expect(ratio(fg, on)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(pairs(["border-strong", "focus"], ["bg", "surface", "raised"]))("%s stands out on %s", (line, on) => {
    expect(ratio(line, on)).toBeGreaterThanOrEqual(3);
  });
});

test("both themes define the same colours", () => {
  const colors = Object.keys(light).filter((name) => /^(#|rgb)/.test(light[name]!));
  expect(Object.keys(readTokens(".dark"))).toEqual(expect.arrayContaining(colors));
});

/** The custom properties of the first block of a selector. */
function readTokens(selector: string): Record<string, string> {
  const start = css.indexOf(`\n${selector} {`);
  const block = css.slice(start, css.indexOf("\n}", start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name!, value!]));
}

function pairs(left: string[], right: string[]): [string, string][] {
  return left.flatMap((a) => right.map((b): [string, string] => [a, b]));
}

/** WCAG 2 contrast of two `#rrggbb` colours. */
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

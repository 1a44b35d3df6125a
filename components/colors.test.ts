import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const palette =
  "slate|gray|zinc|stone|red|orange|amber|yellow|lime|green|emerald|teal|cyan|sky|blue|indigo|violet|purple|fuchsia|pink|rose";
const kinds = "bg|text|border|ring|fill|stroke|outline|from|via|to|divide|shadow|accent|decoration|placeholder|caret";
const forbidden = [
  { what: "a hex colour", pattern: /["'`\s:([,]#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])/gi },
  { what: "a palette utility", pattern: new RegExp(`\\b(?:${kinds})-(?:${palette})-\\d{2,3}\\b`, "g") },
  { what: "black or white", pattern: new RegExp(`\\b(?:${kinds})-(?:black|white)\\b`, "g") },
  { what: "a free z-index", pattern: /\bz-(?:\d+|\[)/g },
];

const files = ["app", "components"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => join(folder, name)),
);

test.each(forbidden)("no component uses $what: colours and layers live in globals.css", ({ pattern }) => {
  const found = files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(pattern)].map(([match]) => `${file}: ${match.trim()}`),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});

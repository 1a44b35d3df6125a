/** The demo's repository: a tiny site about a poem, built step by step. Everything runs on Node alone. */
export const demoFiles: Record<string, string> = {
  "README.md": `# Runboard demo

A small site that the board builds: collect, count, draw, test, assemble. Each card runs one of the scripts in
\`scripts/\` in its own clone; a card starts from the merged results of the cards it waits for.

Look at what came out: \`git show runboard/DEMO-6/a1:dist/index.html\`
`,
  ".gitignore": "node_modules/\n",
  "poem.txt": `The board was still at half past ten,
a card sat waiting, then again
a second card behind it sat,
and neither knew what held it at.

Then one was done, and, freed, the next
went off to work on its own text,
and by the time the kettle sang
the last of them had done its thing.
`,
  "scripts/collect.mjs": `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const words = readFileSync("poem.txt", "utf8").toLowerCase().match(/[a-z']+/g);
mkdirSync("data", { recursive: true });
writeFileSync("data/words.json", JSON.stringify(words, null, 2) + "\\n");
console.log("\\u001b[32mcollected\\u001b[0m " + words.length + " words");
`,
  "scripts/count.mjs": `import { readFileSync, writeFileSync } from "node:fs";
import { countWords } from "./words.mjs";

const counts = countWords(JSON.parse(readFileSync("data/words.json", "utf8")));
writeFileSync("data/counts.json", JSON.stringify(counts, null, 2) + "\\n");
for (const [word, n] of counts.slice(0, 8)) console.log(String(n).padStart(3) + "  \\u001b[34m" + word + "\\u001b[0m");
`,
  "scripts/words.mjs": `/** [word, how often] of each word, the most frequent first. */
export function countWords(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}
`,
  "scripts/draw.mjs": `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const counts = JSON.parse(readFileSync("data/counts.json", "utf8")).slice(0, 10);
const widest = counts[0][1];
const bars = counts.map(([word, n], row) => {
  const y = 10 + row * 28;
  return '<rect x="90" y="' + y + '" width="' + (n / widest) * 280 + '" height="20" rx="4" fill="#1d4ed8"/>' +
    '<text x="80" y="' + (y + 15) + '" text-anchor="end">' + word + "</text>" +
    '<text x="' + (98 + (n / widest) * 280) + '" y="' + (y + 15) + '">' + n + "</text>";
});
mkdirSync("dist", { recursive: true });
writeFileSync("dist/chart.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 300" font-family="sans-serif" font-size="14">' + bars.join("") + "</svg>\\n");
for (let done = 0; done <= 10; done++) {
  process.stdout.write("\\rdrawing " + "█".repeat(done) + "░".repeat(10 - done));
  await new Promise((resolve) => setTimeout(resolve, 120));
}
console.log("\\n\\u001b[32mdrawn\\u001b[0m dist/chart.svg");
`,
  "test/words.test.mjs": `import assert from "node:assert/strict";
import { test } from "node:test";
import { countWords } from "../scripts/words.mjs";

test("counts each word, the most frequent first", () => {
  assert.deepEqual(countWords(["b", "a", "b"]), [["b", 2], ["a", 1]]);
});

test("words that are equally frequent stand in order of the alphabet", () => {
  assert.deepEqual(countWords(["b", "a"]), [["a", 1], ["b", 1]]);
});

test("no words, no counts", () => {
  assert.deepEqual(countWords([]), []);
});
`,
  "scripts/page.mjs": `import { readFileSync, writeFileSync } from "node:fs";

const chart = readFileSync("dist/chart.svg", "utf8");
const poem = readFileSync("poem.txt", "utf8");
writeFileSync("dist/index.html", '<!doctype html><meta charset="utf-8"><title>A poem, counted</title><body style="font-family:sans-serif;max-width:40rem;margin:3rem auto">' +
  "<h1>A poem, counted</h1><pre>" + poem + "</pre>" + chart + "</body>\\n");
console.log("\\u001b[1mdist/index.html\\u001b[0m is ready");
`,
};

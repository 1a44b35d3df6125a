// npm run size: lines per folder, the ten longest files and functions, and the JavaScript of the first load.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const root = join(import.meta.dirname, "..");
const isSource = (name) => /\.(tsx?|mjs|sql|css)$/.test(name) && name.includes("/");
const isTest = (name) => /\.test\.|^(e2e|judge|bench)\/|fixture|testing\/|conformance\//.test(name);

// What is kept, not what was installed or made beside it.
const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((name) => isSource(name) && existsSync(join(root, name)))
  .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }))
  .map(({ name, text }) => ({ name, text, lines: text.split("\n").length - 1 }));
const folders = [...new Set(files.map(({ name }) => name.slice(0, name.indexOf("/"))))];

print(
  "Lines per folder (code, tests)",
  folders.map((folder) => {
    const mine = files.filter(({ name }) => name.startsWith(`${folder}/`));
    return [folder, sum(mine.filter(({ name }) => !isTest(name))), sum(mine.filter(({ name }) => isTest(name)))];
  }),
);
const code = files.filter(({ name }) => !isTest(name));
print("The ten longest files", longest(code.map(({ name, lines }) => [name, lines])));
print(
  "The ten longest functions",
  longest(code.flatMap(({ name, text }) => functionsOf(text).map(([title, lines]) => [`${name} ${title}`, lines]))),
);
firstLoad();

function sum(list) {
  return list.reduce((total, { lines }) => total + lines, 0);
}

function longest(rows) {
  return rows.sort((a, b) => b[1] - a[1]).slice(0, 10);
}

/** Top-level functions as the formatter writes them: they end at the first closing brace in their own column. */
function functionsOf(text) {
  const lines = text.split("\n");
  return lines.flatMap((line, start) => {
    const match = /^(?:export )?(?:default )?(?:async )?function (\w+)|^(?:export )?const (\w+) = .*=> [({]$/.exec(
      line,
    );
    if (match === null) return [];
    const end = lines.findIndex((other, index) => index > start && /^[})]/.test(other) && !/^[)}].*\{$/.test(other));
    return end < 0 ? [] : [[match[1] ?? match[2], end - start + 1]];
  });
}

/** What a browser loads before anything else, from the build. */
function firstLoad() {
  const manifest = join(root, ".next", "build-manifest.json");
  if (!existsSync(manifest)) return console.log("\nFirst load: no build here (npm run build makes one).");
  const { rootMainFiles = [], polyfillFiles = [] } = JSON.parse(readFileSync(manifest, "utf8"));
  const rows = rootMainFiles
    .filter((name) => !polyfillFiles.includes(name) && existsSync(join(root, ".next", name)))
    .map((name) => readFileSync(join(root, ".next", name)))
    .map((bytes) => [bytes.length, gzipSync(bytes).length]);
  const total = (column) => (rows.reduce((all, row) => all + row[column], 0) / 1024).toFixed(0);
  console.log(`\nFirst load: ${rows.length} files, ${total(0)} KiB, ${total(1)} KiB compressed.`);
}

function print(title, rows) {
  console.log(`\n${title}`);
  for (const [name, ...numbers] of rows) console.log(`${numbers.map((n) => String(n).padStart(7)).join("")}  ${name}`);
}

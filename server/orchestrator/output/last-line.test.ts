import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { lastLineOf } from "./last-line.ts";
import { uncut, writeCut } from "./output-cut.ts";

const directory = mkdtempSync(join(tmpdir(), "runboard-last-line-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("finds the last line that says something, without its colours", async () => {
  const path = join(directory, "coloured");
  writeFileSync(path, "first\n\u001b[31mError: it broke\u001b[0m\r\n\n  \n");
  expect(await lastLineOf(path)).toBe("Error: it broke");
});

it("finds it in what was kept of a file that was just emptied", async () => {
  const path = join(directory, "emptied");
  writeFileSync(path, "e\n");
  writeCut(path, { ...uncut, base: 500, tail: Buffer.from("before\nthe last lin") });
  expect(await lastLineOf(path)).toBe("the last line");
  expect(await lastLineOf(join(directory, "nowhere"))).toBe("");
});

it("finds none where the command left a directory", async () => {
  const path = join(directory, "a-directory");
  mkdirSync(path);
  expect(await lastLineOf(path)).toBe("");
});

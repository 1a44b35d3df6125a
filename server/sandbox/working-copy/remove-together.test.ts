import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runProgram } from "../spawner/program-run.ts";
import type { ProgramRequest } from "../spawner/spawner-protocol.ts";
import { createRemover } from "./remove-together.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-remove-together-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let made = 0;
function directories(count: number): string[] {
  const all = Array.from({ length: count }, () => join(root, `${made++}`));
  for (const directory of all) {
    mkdirSync(join(directory, "work"), { recursive: true });
    writeFileSync(join(directory, "work", "-rf"), "a file");
  }
  return all;
}

function remover(run = (program: ProgramRequest) => runProgram(program, new AbortController().signal)) {
  const programs: ProgramRequest[] = [];
  const remove = createRemover({
    run: (program) => {
      programs.push(program);
      return run(program);
    },
  });
  return { remove, programs };
}

test("what is to go in one moment goes by one program, and what comes later by another", async () => {
  const { remove, programs } = remover();
  const [first, later] = [directories(3), directories(1)];
  await Promise.all(first.map(remove));
  expect([first.filter(existsSync), programs.length]).toEqual([[], 1]);
  await Promise.all(later.map(remove));
  expect([later.filter(existsSync), programs.length]).toEqual([[], 2]);
  expect(programs[0]!.env).toEqual({ PATH: process.env.PATH });
});

test("no program is given more than a hundred", async () => {
  const { remove, programs } = remover();
  const all = directories(101);
  await Promise.all(all.map(remove));
  expect(all.filter(existsSync)).toEqual([]);
  expect(programs.map(({ args }) => args.length)).toEqual([102, 3]);
});

test("with the helper gone they are deleted all the same", async () => {
  const { remove } = remover(() => Promise.reject(new Error("The helper is gone.")));
  const all = directories(2);
  await Promise.all(all.map(remove));
  expect(all.filter(existsSync)).toEqual([]);
});

test("one that cannot be deleted says why, and keeps none of the others", async () => {
  const { remove } = remover();
  const [good] = directories(1) as [string];
  const file = join(root, "file");
  writeFileSync(file, "");
  const [bad] = await Promise.allSettled([remove(join(file, "below")), remove(good)]);
  expect(bad).toMatchObject({ status: "rejected", reason: { code: "ENOTDIR" } });
  expect(existsSync(good)).toBe(false);
});

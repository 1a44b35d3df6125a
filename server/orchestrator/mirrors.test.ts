import { existsSync } from "node:fs";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { createGitTestbed } from "../git-testbed.ts";
import { type Spawner, startSpawner } from "../sandbox/spawner/spawner.ts";
import { createMirrors, type Mirrors } from "./mirrors.ts";

const bed = createGitTestbed("mirrors");
let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(async () => {
  await spawner.close();
  bed.remove();
});

let mirrors: Mirrors;
let origin: string;
let nowMs: number;
/** Fetches that were begun; how many commands there were at once, at most. */
let seen: { begun: number; most: number };
/** No command goes on before. */
let gate: Promise<void>;
let open: () => void;
/** So many commands the remote does not answer. */
let away: number;
let locate: () => Promise<string>;

beforeEach(() => {
  [seen, nowMs, gate, away] = [{ begun: 0, most: 0 }, 0, Promise.resolve(), 0];
  origin = bed.repository();
  let running = 0;
  const watched: Spawner = {
    ...spawner,
    run: async (program, signal) => {
      running += 1;
      if (program.args.includes("ls-remote")) seen.begun += 1;
      seen.most = Math.max(seen.most, running);
      try {
        await gate;
        if (away > 0) {
          away -= 1;
          throw new Error("away");
        }
        return await spawner.run(program, signal);
      } finally {
        running -= 1;
      }
    },
  };
  mirrors = createMirrors(watched, () => nowMs);
  const project = { projectId: uuid(), gitDir: "/nowhere", repoUrl: `file://${origin}` };
  locate = () => mirrors.locate(project);
});

const shut = () => {
  gate = new Promise((resolve) => {
    open = resolve;
  });
};
const headOf = (gitDir: string) => bed.plainGit(gitDir, "rev-parse", "main");

it("sessions that begin at once share one fetch, and one whose answer is fresh fetches nothing", async () => {
  const [one, other] = await Promise.all([locate(), locate()]);
  nowMs = 9_000;
  expect([other, await locate()]).toEqual([one, one]);
  expect(existsSync(one!)).toBe(true);
  expect(seen).toEqual({ begun: 1, most: 1 });
});

it("those that come at once when the last answer is old fetch once, and never two at a time in one directory", async () => {
  await locate();
  const next = bed.commit(origin, { "b.txt": "b" });
  nowMs = 20_000;
  const found = await Promise.all([locate(), locate(), locate()]);
  expect(found.map(headOf)).toEqual([next, next, next]);
  expect(seen).toEqual({ begun: 2, most: 1 });
});

it("who comes while a fetch takes long waits for one that began later, with all who come meanwhile", async () => {
  shut();
  const first = locate();
  await expect.poll(() => seen.begun).toBe(1);
  nowMs = 20_000;
  const [second, third] = [locate(), locate()];
  nowMs = 50_000;
  const fourth = locate();
  open();
  await Promise.all([first, second, third, fourth]);
  expect(seen).toEqual({ begun: 2, most: 1 });
  nowMs = 55_000;
  await locate();
  expect(seen.begun, "it counts from when it began, not from when it was asked for").toBe(2);
  nowMs = 61_000;
  await locate();
  expect(seen.begun).toBe(3);
});

it("a fetch that failed is nobody's answer but of those who waited for it, and whoever waits behind it goes on", async () => {
  away = 2;
  await expect(locate()).rejects.toThrow("away");
  shut();
  const failing = locate();
  await expect.poll(() => seen.begun).toBe(2);
  nowMs = 20_000;
  const behind = locate();
  open();
  await expect(failing).rejects.toThrow("away");
  const meanwhile = locate();
  expect(await meanwhile).toBe(await behind);
  expect(headOf(await behind)).toBe(headOf(origin));
  expect(seen).toEqual({ begun: 3, most: 1 });
});

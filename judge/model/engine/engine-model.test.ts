import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/database/test-database.ts";
import { engineMistakes } from "./mistakes.ts";
import { prepareModelDatabase } from "./model-database.ts";
import { tryEngine, tryMistake } from "./trial.ts";

let database: TestDatabase & { client: Client };
beforeAll(async () => {
  const created = await createTestDatabase();
  database = { ...created, client: await prepareModelDatabase(created.url) };
});
afterAll(async () => {
  await database.client.end();
  await database.drop();
});

const timeout = 120_000;

describe("any sequence of what people, orchestrators, sandboxes, the monitor and faults do", () => {
  it("leaves the tables as the model says, with every invariant intact after each step", { timeout }, async () => {
    expect(await tryEngine(database, { numRuns: 6, seed: 20 })).toEqual({ run: null, what: "", replay: "" });
  });
});

/** Some of those of `npm run judge -- model`, one for each kind; each is noticed by one of the first runs. */
const tried = [
  "takes a report from whoever sends it",
  "keeps no processes between two attempts apart",
  "counts limits without the projects' locks",
  "releases the dependents of a failure",
  "numbers events outside the lock",
  "counts losses as failures",
];

describe("within 20 runs the judge notices an engine that", () => {
  it.each(engineMistakes.filter(({ name }) => tried.includes(name)))("$name", { timeout }, async (mistake) => {
    const { run } = await tryMistake(database, mistake, { numRuns: 20, seed: 1 });
    expect(run).not.toBeNull();
  });
});

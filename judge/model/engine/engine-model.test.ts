import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestDatabase, type TestDatabase } from "@/server/database/test-database.ts";
import { checkMistake } from "./mistaken.ts";
import { engineMistakes } from "./mistakes.ts";
import { prepareModelDatabase } from "./model-database.ts";
import { tryEngine, tryMistake } from "./trial.ts";

// A taste of `npm run judge -- model`, which runs more and tries every mistake.

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
    expect(await tryEngine(database, { numRuns: 3, seed: 20, maxCommands: 200 })).toEqual({
      run: null,
      what: "",
      replay: "",
    });
  });
});

describe("the judge's mistakes", () => {
  it.each(engineMistakes)("can still be made: $name", (mistake) => checkMistake(database.client, mistake));

  const tried = ["takes a report from whoever sends it", "keeps no processes between two attempts apart"];
  it.each(engineMistakes.filter(({ name }) => tried.includes(name)))(
    "are noticed: $name",
    { timeout },
    async (mistake) => {
      const { run } = await tryMistake(database, mistake, { numRuns: 20, seed: 1, maxCommands: 200 });
      expect(run).not.toBeNull();
    },
  );
});

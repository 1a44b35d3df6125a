import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../e2e/product.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { type Begun, untilLine } from "../ready/until-line.ts";
import { takeTurns, timed } from "../rounds.ts";

// From `npm start` of what is built to the line that says it is ready: on a home that was used before, and on none; against
// starting PostgreSQL on an existing directory and then Next by hand.

export async function run({ rounds }: BenchOptions): Promise<Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), "runboard-bench-"));
  const used = join(directory, "used");
  const database = join(directory, "database");
  try {
    await npmStart(used);
    await byHand(database);
    const figures = await takeTurns(
      {
        again: () => npmStart(used),
        byHand: () => byHand(database),
        fresh: (round) => npmStart(join(directory, `fresh-${round}`)),
      },
      rounds,
    );
    return [
      {
        goal: "P11",
        what: "npm start → ready, already built, on a home used before",
        unit: "ms",
        ours: figures.again,
        theirs: { name: "PostgreSQL, then next start", values: figures.byHand },
        max: 1.5,
      },
      { goal: "P12", what: "npm start → ready, on a home used before", unit: "ms", ours: figures.again, max: 2500 },
      { goal: "P12", what: "npm start → ready, on a fresh home", unit: "ms", ours: figures.fresh, max: 6000 },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function npmStart(home: string): Promise<number> {
  const environment = { RUNBOARD_HOME: home, PORT: String(await freePort()), RUNBOARD_LOG_LEVEL: "warn" };
  return msOf(await untilLine({ file: "npm", args: ["start"], environment }, /is ready: http/));
}

async function byHand(directory: string): Promise<number> {
  const port = String(await freePort());
  let database: Awaited<ReturnType<typeof startEmbedded>> | undefined;
  const databaseMs = await timed(async () => {
    database = await startEmbedded({ directory, log: () => {} });
  });
  try {
    const args = ["node_modules/next/dist/bin/next", "start", "--port", port, "--hostname", "127.0.0.1"];
    const next = await untilLine(
      { file: process.execPath, args, environment: { DATABASE_URL: database!.url } },
      /Ready in/,
    );
    return databaseMs + (await msOf(next));
  } finally {
    await database?.stop();
  }
}

async function msOf({ ms, stop }: Begun): Promise<number> {
  await stop();
  return ms;
}

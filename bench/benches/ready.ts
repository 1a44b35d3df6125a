import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../e2e/product.ts";
import { type EmbeddedDatabase, startEmbedded } from "../../server/database/embedded.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { type Begun, untilLine } from "../ready/until-line.ts";
import { takeTurns, timed } from "../rounds.ts";

// From `npm start` of what is built to the line that says it is ready: on a home that was used before, and on none. And to the first
// answer of Next, against starting PostgreSQL on an existing directory and then Next by hand, whose line comes before it can answer.

interface Ready {
  lineMs: number;
  answerMs: number;
}

export async function run({ rounds }: BenchOptions): Promise<Measured[]> {
  const directory = mkdtempSync(join(tmpdir(), "runboard-bench-"));
  const home = (round: number) => join(directory, `home-${round}`);
  const database = join(directory, "database");
  const lines: Record<"again" | "fresh", number[]> = { again: [], fresh: [] };
  const ours = async (name: keyof typeof lines, round: number) => {
    const { lineMs, answerMs } = await npmStart(home(round));
    lines[name].push(lineMs);
    return answerMs;
  };
  try {
    await (await startEmbedded({ directory: database, log: () => {} })).stop();
    const figures = await takeTurns(
      {
        // First, so that the others find what was read before.
        fresh: (round) => ours("fresh", round),
        again: () => ours("again", 0),
        byHand: () => byHand(database),
      },
      rounds,
    );
    return [
      {
        goal: "P11",
        what: "npm start → first answer of Next, already built, on a home used before",
        unit: "ms",
        ours: figures.again,
        theirs: { name: "PostgreSQL, then next start", values: figures.byHand },
        max: 1.5,
      },
      { goal: "P12", what: "npm start → ready, on a home used before", unit: "ms", ours: lines.again, max: 2500 },
      { goal: "P12", what: "npm start → ready, on a fresh home", unit: "ms", ours: lines.fresh, max: 6000 },
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function npmStart(home: string): Promise<Ready> {
  const port = await freePort();
  const environment = { RUNBOARD_HOME: home, PORT: String(port), RUNBOARD_LOG_LEVEL: "warn" };
  const begun = await untilLine({ file: "npm", args: ["start"], environment }, /is ready: http/);
  const token = readFileSync(join(home, "token"), "utf8").trim();
  return untilAnswer(begun, port, { authorization: `Bearer ${token}` });
}

async function byHand(directory: string): Promise<number> {
  const port = await freePort();
  let database: EmbeddedDatabase | undefined;
  const databaseMs = await timed(async () => {
    database = await startEmbedded({ directory, log: () => {} });
  });
  try {
    const args = ["node_modules/next/dist/bin/next", "start", "--port", `${port}`, "--hostname", "127.0.0.1"];
    const environment = { DATABASE_URL: database!.url };
    const begun = await untilLine({ file: process.execPath, args, environment }, /Ready in/);
    return databaseMs + (await untilAnswer(begun, port)).answerMs;
  } finally {
    await database?.stop();
  }
}

/** A file of the application that needs no database. */
async function untilAnswer(begun: Begun, port: number, headers: Record<string, string> = {}): Promise<Ready> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/icon.svg`, { headers });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`/icon.svg: ${answer.status}`);
    return { lineMs: begun.ms, answerMs: performance.now() - begun.beganMs };
  } finally {
    await begun.stop();
  }
}

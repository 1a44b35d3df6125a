import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { env } from "@/lib/env.ts";
import { DomainError, isDatabaseGone } from "@/lib/errors.ts";
import { type Prisma, PrismaClient } from "@/lib/generated/prisma/client.ts";

/** A transaction in the hands of a verb: verbs take it first and never open one. */
export type Tx = Prisma.TransactionClient;

let client: PrismaClient | undefined;

/** The one PrismaClient of a process. It reconnects by itself when the server was away. */
export function db(): PrismaClient {
  client ??= connect(env.DATABASE_URL);
  return client;
}

export function connect(url: string, poolSize = 10): PrismaClient {
  const pool = new Pool({
    connectionString: url,
    max: poolSize,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 15_000,
  });
  // A connection whose first words are followed by its last: nobody else listens yet, and an error nobody hears ends the process.
  pool.on("connect", (connection) => connection.on("error", () => {}));
  const adapter = new PrismaPg(pool, {
    ...{ onPoolError: () => {}, onConnectionError: () => {} },
    ...{ statementNameGenerator: nameStatement, disposeExternalPool: true },
  });
  return new PrismaClient({ adapter, transactionOptions: { maxWait: 20_000, timeout: 20_000 } });
}

/**
 * A statement with a name is parsed and planned once a connection instead of every time: a third of what the database does for a
 * request. Those with many parameters hold lists of every length, and each length would be kept for ever; they get none.
 */
const nameStatement = ({ sql, args }: { sql: string; args: readonly unknown[] }): string =>
  args.length < 10 ? createHash("sha256").update(sql).digest("base64url") : "";

/** Points the process at another database; for tests and for processes that learn the address late. */
export async function switchDatabase(url: string): Promise<void> {
  await client?.$disconnect();
  client = connect(url);
}

const collided = /40P01|40001|deadlock|could not serialize|P2034/;

/**
 * Runs `work` in one transaction; two that collided on locks are run again. When the server goes away between the last
 * statement and its answer to the commit, nobody knows whether it was committed, and that is what is thrown: UNAVAILABLE
 * with `outcome: "unknown"`.
 */
export async function inTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    let isDone = false;
    try {
      return await db().$transaction(async (tx) => {
        const result = await work(tx);
        isDone = true;
        return result;
      });
    } catch (thrown) {
      if (isDone && isDatabaseGone(thrown)) throw outcomeUnknown();
      if (attempt >= 5 || !collided.test(String(thrown))) throw thrown;
      await sleep(5 * attempt * (0.5 + Math.random()));
    }
  }
}

const outcomeUnknown = () =>
  new DomainError(
    "UNAVAILABLE",
    "The database went away while it stored this. It is there whole or not at all: look before you try again.",
    { outcome: "unknown" },
  );

/** Runs reads that have to agree with each other: all of them see the state at the first. */
export function inSnapshot<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return db().$transaction(work, { isolationLevel: "RepeatableRead" });
}

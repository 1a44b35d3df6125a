import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { type Caller, owner } from "../lib/actor.ts";
import { connect, db, switchDatabase } from "../lib/db.ts";
import { newSecret } from "../lib/env.ts";
import { inJournaledTransaction } from "../lib/journal.ts";
import { createProject } from "../lib/project/project.ts";
import { hashToken } from "../lib/sandbox/sandbox.ts";
import { type StepInput, type StepResult, step } from "../lib/session/settle.ts";
import { startEmbedded } from "../server/database/embedded.ts";
import { migrate } from "../server/database/migrate.ts";
import { rowDirectory } from "./tidy.ts";

/** The engine alone: a migrated database without any process of the product. `db()` of this process is on it. */
export interface Engine {
  /** A client of its own, so that turns of several workers run at the same time. */
  turns: ReturnType<typeof connect>;
  stop(): Promise<void>;
}

export async function startEngine(workers: number): Promise<Engine> {
  const directory = mkdtempSync(join(tmpdir(), rowDirectory));
  const embedded = await startEmbedded({ directory, log: () => {}, durability: "none" });
  await migrate(embedded.url, { log: () => {} });
  await switchDatabase(embedded.url);
  const turns = connect(embedded.url, workers);
  return {
    turns,
    stop: async () => {
      await turns.$disconnect();
      await db().$disconnect();
      await embedded.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A project that nothing is ever cloned from. */
export async function engineProject(name: string, { actor }: Caller = owner): Promise<string> {
  const facts = {
    ok: true,
    code: null,
    message: null,
    gitDir: "/nowhere",
    defaultBranch: "main",
    branches: ["main"],
    headCommit: null,
    isClean: true,
    isWritable: true,
  };
  return (await inJournaledTransaction((tx) => createProject(tx, { name }, { facts, actor }))).id;
}

const leaseMs = 3_600_000;

/** A row of an orchestrator that runs nothing. */
export async function engineWorker(maxConcurrent: number): Promise<string> {
  const id = uuid();
  const leaseUntil = new Date(Date.now() + leaseMs);
  await db().worker.create({
    data: { id, hostId: uuid(), bootId: "boot", pid: 1, startTime: "0", maxConcurrent, leaseUntil },
  });
  return id;
}

/** One turn of a worker with more tickets than any limit gives out. */
export function takeTurn(engine: Engine, workerId: string, reports: StepInput["reports"]): Promise<StepResult> {
  const tickets = Array.from({ length: 64 }, () => ({
    sessionId: uuid(),
    sandboxId: uuid(),
    tokenHash: hashToken(newSecret()),
  }));
  return step(engine.turns, { reports, worker: { id: workerId, tickets, leaseMs } });
}

import { readFileSync } from "node:fs";
import { v7 as uuid } from "uuid";
import type { FoundSandbox } from "@/lib/agent/contract.ts";
import { type Config, configSchema } from "@/lib/config/schema.ts";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { Prisma } from "@/lib/generated/prisma/client.ts";
import { identify, type ProcessIdentity } from "../process-identity.ts";
import { readCapacity } from "./capacity.ts";
import type { Disk } from "./disk/disk.ts";

/** This orchestrator as the others see it: a row with a lease on the database's clock. */
export interface Worker {
  readonly id: string;
  /** The RUNBOARD_HOME whose sandboxes it can reach; a restarted orchestrator has the same. */
  readonly hostId: string;
  readonly maxConcurrent: number;
}

/**
 * Since when it has been there, once a pause is over: what waited meanwhile could not be taken (lib/monitor/sightings.ts). Moved at most
 * once an hour, because silence and whoever checks count from there, too: a disk that fills again and again would hide what hangs.
 */
const sincePause = Prisma.sql`CASE WHEN "heldSince" < clock_timestamp() - interval '1 hour' THEN clock_timestamp()
  ELSE least("heldSince", clock_timestamp()) END`;

/** How many sessions it may run: what people set, else what the operator did. */
const slots = Prisma.sql`coalesce((SELECT ("values"->>'maxConcurrent')::int FROM "Config" WHERE id = 1), ${env.TASK_MAX_CONCURRENT})`;

export async function registerWorker(sandboxes: readonly FoundSandbox[] = []): Promise<Worker> {
  const self: ProcessIdentity | null = identify(process.pid);
  if (self === null) throw new Error("The orchestrator cannot read its own process identity.");
  const worker = { id: uuid(), hostId: readFileSync(home.hostId, "utf8").trim() };
  const { cpus, memoryBytes } = readCapacity();
  const [row] = await db().$queryRaw<[Pick<Worker, "maxConcurrent">]>`
    INSERT INTO "Worker" (id, "hostId", "bootId", pid, "startTime", "maxConcurrent", cpus, "memoryBytes", "leaseUntil", "heldSince", sandboxes)
    VALUES (${worker.id}::uuid, ${worker.hostId}::uuid, ${self.bootId}, ${self.pid}, ${self.startTime}, ${slots},
      ${cpus}::float8, ${memoryBytes}::bigint,
      clock_timestamp() + make_interval(secs => ${env.RUNBOARD_LEASE_MS / 1000}::float8),
      coalesce((SELECT min(CASE WHEN "pausedReason" IS NULL THEN "heldSince" ELSE ${sincePause} END) FROM "Worker"
        WHERE "hostId" = ${worker.hostId}::uuid AND "leaseUntil" > clock_timestamp()), clock_timestamp()),
      ${JSON.stringify(sandboxes)}::jsonb) RETURNING "maxConcurrent"`;
  return { ...worker, ...row };
}

export interface Renewal {
  worker: Worker;
  config: Config;
  /** Orchestrators of other hosts that are alive. */
  othersCount: number;
  /** Whether the row says that its sessions end by themselves. */
  isGuarded: boolean;
}

/**
 * Renews the lease of the worker and of its live sessions, and reads the configuration, in one statement. Null: the worker was
 * given up for dead. A disk that is short pauses its claims, unless something weightier does. Without others nobody waits for its sessions to end by themselves, so they are no longer said to.
 */
export async function renewLease(
  worker: Worker,
  { freeBytes, isShort }: Pick<Disk, "freeBytes" | "isShort">,
): Promise<Renewal | null> {
  const { id, hostId } = worker;
  const seconds = env.RUNBOARD_LEASE_MS / 1000;
  const [row] = await db().$queryRaw<
    { maxConcurrent: number; config: unknown; othersCount: number; isGuarded: boolean }[]
  >`
    WITH others AS (
      SELECT count(*)::int AS n FROM "Worker"
      WHERE "hostId" <> ${hostId}::uuid AND "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()
    ), me AS (
      UPDATE "Worker" SET "leaseUntil" = clock_timestamp() + make_interval(secs => ${seconds}::float8),
        "maxConcurrent" = ${slots},
        -- Never in the future, where the clock was set back: whoever asks how long would have to wait for it to get there again.
        "heldSince" = CASE WHEN "leaseUntil" < clock_timestamp() THEN clock_timestamp()
          WHEN "pausedReason" = 'DISK' AND NOT ${isShort} THEN ${sincePause} ELSE least("heldSince", clock_timestamp()) END,
        "isGuarded" = "isGuarded" AND (SELECT n FROM others) > 0,
        "diskFreeBytes" = ${freeBytes}::bigint,
        "pausedReason" = CASE WHEN ${isShort} THEN coalesce("pausedReason", 'DISK') ELSE nullif("pausedReason", 'DISK') END
      WHERE id = ${id}::uuid AND "stoppedAt" IS NULL RETURNING id, "maxConcurrent", "isGuarded"
    ), live AS (
      -- In id order, as whoever else locks several sessions: a turn that settles some of them may be waiting.
      SELECT id FROM "Session" WHERE "workerId" = (SELECT id FROM me) AND status IN ('STARTING', 'RUNNING')
      ORDER BY id FOR NO KEY UPDATE
    ), mine AS (
      UPDATE "Session" s SET "heartbeatAt" = clock_timestamp(),
        "leaseUntil" = clock_timestamp() + make_interval(secs => ${seconds}::float8)
      FROM live WHERE s.id = live.id
    )
    SELECT "maxConcurrent", "isGuarded", (SELECT n FROM others) AS "othersCount",
      (SELECT "values" FROM "Config" WHERE id = 1) AS config FROM me`;
  if (row === undefined) return null;
  const { maxConcurrent, config, othersCount, isGuarded } = row;
  return { worker: { ...worker, maxConcurrent }, config: configSchema.parse(config), othersCount, isGuarded };
}

/** Tells the others whether this worker's sessions end by themselves when its lease is not renewed. */
export async function sayGuarded({ id }: Worker, isGuarded: boolean): Promise<void> {
  await db().$executeRaw`UPDATE "Worker" SET "isGuarded" = ${isGuarded} WHERE id = ${id}::uuid`;
}

/** Why an orchestrator claims nothing, the weightiest first; lib/task/explain-resources.ts has the words. */
const pauseReasons = ["STOPPING", "INVARIANT", "DISK"] as const;
export type PauseReason = (typeof pauseReasons)[number];

/** Claims stop, and readiness and cards say why. A weightier reason that is there already stays. */
export async function sayPaused({ id }: Worker, reason: PauseReason): Promise<void> {
  const lighter = pauseReasons.slice(pauseReasons.indexOf(reason));
  await db().$executeRaw`UPDATE "Worker" SET "pausedReason" = ${reason}
    WHERE id = ${id}::uuid AND ("pausedReason" IS NULL OR "pausedReason" = ANY (${lighter}))`;
}

export async function sayResumed({ id }: Worker, reason: PauseReason): Promise<void> {
  await db()
    .$executeRaw`UPDATE "Worker" SET "pausedReason" = NULL, "heldSince" = ${sincePause} WHERE id = ${id}::uuid AND "pausedReason" = ${reason}`;
}

/** Says that it is gone, so that a successor on this host adopts its sessions at once. Other hosts wait out its lease. */
export async function signOff({ id }: Worker): Promise<void> {
  await db().$executeRaw`UPDATE "Worker" SET "stoppedAt" = clock_timestamp() WHERE id = ${id}::uuid`;
}

import { readFileSync } from "node:fs";
import { v7 as uuid } from "uuid";
import { readConfig } from "@/lib/config/config.ts";
import { type Config, configSchema } from "@/lib/config/schema.ts";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { identify, type ProcessIdentity } from "../process-identity.ts";

/** This orchestrator as the others see it: a row with a lease on the database's clock. */
export interface Worker {
  readonly id: string;
  /** The RUNBOARD_HOME whose sandboxes it can reach; a restarted orchestrator has the same. */
  readonly hostId: string;
  readonly maxConcurrent: number;
}

export async function registerWorker(): Promise<Worker> {
  const self: ProcessIdentity | null = identify(process.pid);
  if (self === null) throw new Error("The orchestrator cannot read its own process identity.");
  const { maxConcurrent } = await readConfig(db());
  const worker = {
    id: uuid(),
    hostId: readFileSync(home.hostId, "utf8").trim(),
    maxConcurrent: maxConcurrent ?? env.TASK_MAX_CONCURRENT,
  };
  await db().$executeRaw`
    INSERT INTO "Worker" (id, "hostId", "bootId", pid, "startTime", "maxConcurrent", "leaseUntil")
    VALUES (${worker.id}::uuid, ${worker.hostId}::uuid, ${self.bootId}, ${self.pid}, ${self.startTime}, ${worker.maxConcurrent},
      clock_timestamp() + make_interval(secs => ${env.RUNBOARD_LEASE_MS / 1000}::float8))`;
  return worker;
}

/**
 * Renews the lease of the worker and of its live sessions, and reads the configuration, in one statement. Null: the worker was
 * given up for dead.
 */
export async function renewLease(worker: Worker): Promise<{ worker: Worker; config: Config } | null> {
  const { id } = worker;
  const seconds = env.RUNBOARD_LEASE_MS / 1000;
  const [row] = await db().$queryRaw<{ maxConcurrent: number; config: unknown }[]>`
    WITH me AS (
      UPDATE "Worker" SET "leaseUntil" = clock_timestamp() + make_interval(secs => ${seconds}::float8),
        "maxConcurrent" = coalesce((SELECT ("values"->>'maxConcurrent')::int FROM "Config" WHERE id = 1), ${env.TASK_MAX_CONCURRENT})
      WHERE id = ${id}::uuid AND "stoppedAt" IS NULL RETURNING id, "maxConcurrent"
    ), mine AS (
      UPDATE "Session" SET "heartbeatAt" = clock_timestamp(), "leaseUntil" = clock_timestamp() + make_interval(secs => ${seconds}::float8)
      WHERE "workerId" = (SELECT id FROM me) AND status IN ('STARTING', 'RUNNING')
    )
    SELECT "maxConcurrent", (SELECT "values" FROM "Config" WHERE id = 1) AS config FROM me`;
  if (row === undefined) return null;
  return { worker: { ...worker, maxConcurrent: row.maxConcurrent }, config: configSchema.parse(row.config) };
}

/** Says that it is gone, so that a successor on this host adopts its sessions at once. */
export async function signOff({ id }: Worker): Promise<void> {
  await db()
    .$executeRaw`UPDATE "Worker" SET "stoppedAt" = clock_timestamp(), "leaseUntil" = clock_timestamp() WHERE id = ${id}::uuid`;
}

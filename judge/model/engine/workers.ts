import fc from "fast-check";
import { env } from "@/lib/env.ts";
import { type Board, pick, type Worker } from "../board/board.ts";
import { renew } from "../board/hosts.ts";
import { type Command, command, expectSame } from "./command.ts";
import type { Engine } from "./engine.ts";
import { anyone } from "./people.ts";

export const leaseMs = env.RUNBOARD_LEASE_MS;

export const workerOf = (board: Board, n: number): Worker => pick([...board.workers.values()], n)!;

interface Registration {
  hostId: string;
  slots: number;
  has?: Partial<Worker["has"]>;
}

/** A worker that is alive as this process is. */
export async function register(
  board: Board,
  engine: Engine,
  { hostId, slots, has = {} }: Registration,
): Promise<Worker> {
  const worker: Worker = {
    id: engine.newId(),
    hostId,
    maxConcurrent: slots,
    has: { cpu: null, memory: null, disk: null, ...has },
    leaseUntilMs: board.nowMs + leaseMs,
    heldSinceMs: board.nowMs,
    isPaused: false,
    isStopped: false,
    isDead: false,
    exhausted: null,
  };
  await engine.query(
    `INSERT INTO "Worker" (id, "hostId", "bootId", pid, "startTime", "maxConcurrent", "leaseUntil", "heldSince", cpus, "memoryBytes", "diskFreeBytes")
     VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7::float8 / 1000), to_timestamp($8::float8 / 1000), $9, $10, $11)`,
    [
      worker.id,
      hostId,
      ...engine.identity,
      slots,
      worker.leaseUntilMs,
      worker.heldSinceMs,
      ...Object.values(worker.has),
    ],
  );
  board.workers.set(worker.id, worker);
  return worker;
}

export async function renewInBoth(board: Board, engine: Engine, worker: Worker, isShort = false): Promise<void> {
  const renewed = await engine.product.renewLease(worker, { freeBytes: worker.has.disk, isShort });
  expectSame("renewed", renewed !== null, renew(board, worker, { leaseMs, slots: env.TASK_MAX_CONCURRENT, isShort }));
}

export const renewal: fc.Arbitrary<Command> = fc
  .tuple(anyone, fc.nat({ max: 3 }))
  .map(([n, m]) =>
    command(`renewal of ${n}${m === 0 ? " with a short disk" : ""}`, (board, engine) =>
      renewInBoth(board, engine, workerOf(board, n), m === 0),
    ),
  );

/** Registers, signs off, dies, or is told to pause or go on. */
export const change: fc.Arbitrary<Command> = fc
  .tuple(anyone, fc.constantFrom("signs off", "dies", "pauses", "goes on", "goes on"))
  .map(([n, what]) =>
    command(`${what}: ${n}`, async (board, engine) => {
      const worker = workerOf(board, n);
      if (what === "signs off") {
        await engine.product.signOff(worker);
        worker.isStopped = true;
      } else if (what === "dies") {
        await engine.query(`UPDATE "Worker" SET "bootId" = 'another boot' WHERE id = $1`, [worker.id]);
        worker.isDead = true;
      } else {
        worker.isPaused = what === "pauses";
        await engine.query(`UPDATE "Worker" SET "pausedReason" = $2 WHERE id = $1`, [
          worker.id,
          worker.isPaused ? "DISK" : null,
        ]);
      }
    }),
  );

export const clock: fc.Arbitrary<Command> = fc
  .constantFrom(1, 40, 1_000, 1_000, 5_000, 5_000, 16_000, 60_000, 700_000, -2_000)
  .map((ms) =>
    command(`the clock moves by ${ms} ms`, async (board, engine) => {
      board.nowMs += ms;
      await engine.setClock(board.nowMs);
    }),
  );

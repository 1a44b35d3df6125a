import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../../lib/db.ts";
import { inJournaledTransaction, lockStreams, recordAll } from "../../lib/journal.ts";
import { taskMovesJson } from "../../lib/task/transition.ts";
import type { JudgedProduct } from "../judged-product.ts";
import type { Random } from "../random.ts";

export interface Writing {
  product: JudgedProduct;
  projectIds: string[];
  random: Random;
  /** Who writes stops when this is reached in all journals together. */
  targetEvents: number;
  /** All writers together: what is written faster than it can be sent is only late. */
  eventsPerSecond: number;
  beganAtMs: number;
}

const actor = JSON.stringify({ type: "system", id: "judge", name: "Judge" });
const holdMaxMs = 15;
const movesMax = 150;

/**
 * Approves and withdraws many cards in one transaction, through the engine's own function, and takes its time before it
 * commits or, now and then, thinks better of it: transactions begin in one order and end in another.
 */
export async function moveMany(writing: Writing): Promise<void> {
  const { projectIds, random } = writing;
  while (await isMoreWanted(writing)) {
    const projectId = random.pick(projectIds);
    const count = 1 + random.under(movesMax);
    const holdMs = random.under(holdMaxMs);
    const isUndone = random.under(10) === 0;
    await inJournaledTransaction(async (tx) => {
      await sleep(random.under(holdMaxMs));
      await lockStreams(tx, [projectId]);
      const rows = await tx.$queryRaw<{ moved: { events: unknown[] } | null }[]>`
        WITH chosen AS MATERIALIZED (
          SELECT id, status FROM "Task" WHERE "projectId" = ${projectId}::uuid AND status IN ('DRAFT', 'APPROVED')
          ORDER BY random() LIMIT ${count}::int)
        SELECT CASE status
          WHEN 'DRAFT' THEN move_task(${taskMovesJson}::jsonb, id, 'approve', 'APPROVED', ${actor}::jsonb, NULL, '{}')
          ELSE move_task(${taskMovesJson}::jsonb, id, 'withdraw', 'DRAFT', ${actor}::jsonb, NULL, '{}') END AS moved
        FROM chosen`;
      recordAll(
        tx,
        rows.flatMap(({ moved }) => moved?.events ?? []),
      );
      await sleep(holdMs);
      if (isUndone) throw new Undone();
    }).catch((thrown) => {
      if (!(thrown instanceof Undone)) throw thrown;
    });
  }
}

class Undone extends Error {}

/** Resolves when it is time to write on; false when enough is written. */
async function isMoreWanted({ targetEvents, eventsPerSecond, beganAtMs }: Writing): Promise<boolean> {
  for (;;) {
    const written = await journalLength();
    const dueMs = beganAtMs + (written / eventsPerSecond) * 1000;
    if (written >= targetEvents || performance.now() >= dueMs) return written < targetEvents;
    await sleep(Math.min(100, dueMs - performance.now()));
  }
}

export async function journalLength(): Promise<number> {
  const [row] = await db().$queryRaw<[{ n: bigint }]>`SELECT coalesce(sum("lastSeq"), 0)::bigint AS n FROM "Stream"`;
  return Number(row.n);
}

/** People make, rename and delete cards over HTTP meanwhile. */
export async function workOverHttp(writing: Writing): Promise<void> {
  const { product, projectIds, random } = writing;
  while (await isMoreWanted(writing)) {
    const projectId = random.pick(projectIds);
    const made = await product.api<{ id: string; version: number }>("POST", `/projects/${projectId}/tasks`, {
      title: "made meanwhile",
    });
    if (made.status !== 201) throw new Error(`A card could not be made: ${JSON.stringify(made.body)}`);
    const { id, version } = made.body;
    await product.api("PATCH", `/tasks/${id}`, { title: "renamed", version });
    if (random.under(2) === 0) await product.api("DELETE", `/tasks/${id}`);
    await sleep(random.under(20));
  }
}

import type { Actor } from "@/lib/actor.ts";
import { db, inTransaction, type Tx } from "@/lib/db.ts";
import type { EventPayload, EventType, JournalEvent } from "@/lib/events.ts";
import { storableJson } from "@/lib/storable.ts";

/** The journal of what belongs to no project, such as the configuration. */
export const instanceStream = "00000000-0000-0000-0000-000000000000";

export interface Entry<Type extends EventType = EventType> {
  streamId: string;
  type: Type;
  entityType: "project" | "task" | "session" | "sandbox" | "chat" | "config" | "queue" | "rule";
  entityId: string;
  actor: Actor;
  payload: EventPayload<Type>;
}

const pending = new WeakMap<Tx, unknown[]>();

/** Adds an event to the transaction. It gets its number when the transaction ends, so numbers follow commit order. */
export function record<Type extends EventType>(tx: Tx, entry: Entry<Type>): void {
  recordAll(tx, [entry]);
}

/** Adds events that a function of the database has already built. */
export function recordAll(tx: Tx, entries: readonly unknown[]): void {
  const list = pending.get(tx) ?? [];
  list.push(...entries);
  pending.set(tx, list);
}

/** A transaction whose events are written as its last statement, with a hint to whoever looks for work where there may be some. */
export function inJournaledTransaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return inTransaction(async (tx) => {
    const result = await work(tx);
    const entries = pending.get(tx) ?? [];
    if (entries.length > 0) {
      const text = storableJson(entries);
      if (entries.every(isPaperwork)) await tx.$executeRaw`SELECT journal_append(${text}::jsonb)`;
      else await tx.$executeRaw`SELECT journal_append(${text}::jsonb), pg_notify('runboard_work', '')`;
    }
    return result;
  });
}

const scheduled = ["type", "priority", "resources"];

/** A draft, or other words on a card: an orchestrator would look for nothing, at a fifth of what the request costs. */
function isPaperwork(entry: unknown): boolean {
  const { type, payload } = entry as Entry;
  if (type === "TASK_CREATED") return (payload as EventPayload<"TASK_CREATED">).status === "DRAFT";
  if (type !== "TASK_UPDATED") return false;
  return !(payload as EventPayload<"TASK_UPDATED">).changed.some((field) => scheduled.includes(field));
}

/** Runs a part of a transaction that may be refused: what it wrote and recorded until then is undone, the rest stands. */
export async function attempt<Result>(tx: Tx, work: () => Promise<Result>): Promise<Result> {
  const before = pending.get(tx)?.length ?? 0;
  await tx.$executeRaw`SAVEPOINT attempt`;
  try {
    return await work();
  } catch (thrown) {
    await tx.$executeRaw`ROLLBACK TO SAVEPOINT attempt`;
    pending.get(tx)?.splice(before);
    throw thrown;
  }
}

/** Takes the lock under which everything in a project is written (see the engine's migration). Ids in any order. */
export async function lockStreams(tx: Tx, ids: readonly string[]): Promise<void> {
  const unique = [...new Set(ids)];
  await tx.$queryRaw`SELECT id FROM "Stream" WHERE id = ANY (${unique}::uuid[]) ORDER BY id FOR UPDATE`;
}

/** The same of the project a task belongs to; a task that does not exist locks nothing. */
export async function lockStreamOfTask(tx: Tx, taskId: string): Promise<void> {
  await tx.$queryRaw`SELECT s.id FROM "Stream" s JOIN "Task" t ON t."projectId" = s.id WHERE t.id = ${taskId}::uuid FOR UPDATE OF s`;
}

export interface EventFilter {
  after: number;
  before?: number | undefined;
  limit: number;
  types?: readonly string[];
  /** Events of these types are left out. */
  without?: readonly EventType[];
  entityId?: string | undefined;
  /** Newest first instead of oldest first. */
  order?: "asc" | "desc";
}

/** Events of a stream after a number, as the API and the sockets give them. */
export async function since(streamId: string, filter: EventFilter): Promise<JournalEvent[]> {
  const { types = [], without = [] } = filter;
  const rows = await db().event.findMany({
    where: {
      streamId,
      seq: { gt: filter.after, ...(filter.before === undefined ? {} : { lt: filter.before }) },
      type: { ...(types.length > 0 ? { in: [...types] } : {}), ...(without.length > 0 ? { notIn: [...without] } : {}) },
      ...(filter.entityId ? { entityId: filter.entityId } : {}),
    },
    orderBy: { seq: filter.order ?? "asc" },
    take: filter.limit,
  });
  return rows.map((row) => toJournalEvent(row));
}

/** The number of the last event of each stream. */
export async function lastSeqs(streamIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db().stream.findMany({ where: { id: { in: [...streamIds] } } });
  return new Map(rows.map((row) => [row.id, Number(row.lastSeq)]));
}

/** From where to where a stream's events are kept; those before firstSeq were removed. */
export async function extentOf(streamId: string): Promise<{ firstSeq: number; lastSeq: number }> {
  const row = await db().stream.findUnique({ where: { id: streamId } });
  return { firstSeq: Number(row?.firstSeq ?? 1), lastSeq: Number(row?.lastSeq ?? 0) };
}

/** Of each stream so many stay, however old. */
const keptEvents = 1000;
const removedPerBatch = 500;

/** Removes events from before a time, in small transactions that each move the stream's first number. Answers how many. */
export async function removeOldEvents(before: Date): Promise<number> {
  const streams = await db().$queryRaw<{ id: string }[]>`
    SELECT s.id FROM "Stream" s JOIN "Event" e ON e."streamId" = s.id AND e.seq = s."firstSeq"
    WHERE e.at < ${before} AND s."lastSeq" - s."firstSeq" >= ${keptEvents}::int`;
  let total = 0;
  for (const { id } of streams) total += await removeOldEventsOf(id, before);
  return total;
}

async function removeOldEventsOf(streamId: string, before: Date): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await db().$queryRaw<[{ count: bigint }]>`
      SELECT remove_events(${streamId}::uuid, ${before}, ${keptEvents}::bigint, ${removedPerBatch}::bigint) AS count`;
    total += Number(row.count);
    if (row.count < removedPerBatch) return total;
  }
}

type EventRow = Awaited<ReturnType<ReturnType<typeof db>["event"]["findMany"]>>[number];

function toJournalEvent(row: EventRow): JournalEvent {
  return {
    seq: Number(row.seq),
    type: row.type as EventType,
    projectId: row.streamId === instanceStream ? null : row.streamId,
    entityType: row.entityType,
    entityId: row.entityId,
    actor: row.actor as unknown as Actor,
    at: row.at.toISOString(),
    payload: row.payload,
  } as JournalEvent;
}

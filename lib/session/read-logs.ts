import { setTimeout as sleep } from "node:timers/promises";
import type { Tx } from "@/lib/db.ts";
import { notFound } from "@/lib/errors.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { LogPage } from "@/lib/session/schema.ts";

const pageBytes = 256 * 1024;
const pageChunks = 2000;

/** Output from a byte offset on. With waitSeconds it holds the answer until there is more or the session has ended. */
export async function readLogs(
  tx: Tx,
  input: { sessionId: string; after: number; waitSeconds: number },
): Promise<LogPage> {
  const until = Date.now() + input.waitSeconds * 1000;
  for (;;) {
    const page = await readPage(tx, input.sessionId, input.after);
    if (page.items.length > 0 || page.isComplete || Date.now() >= until) return page;
    await sleep(200);
  }
}

async function readPage(tx: Tx, sessionId: string, after: number): Promise<LogPage> {
  const session = await tx.session.findUnique({
    where: { id: sessionId },
    select: { status: true, logBytes: true, logRemovedAt: true, sandbox: { select: { terminatedAt: true } } },
  });
  if (session === null) throw notFound("session", sessionId);
  const logBytes = Number(session.logBytes);
  if (session.logRemovedAt !== null && logBytes > 0)
    return { items: [], nextOffset: logBytes, isComplete: true, removedAt: session.logRemovedAt.toISOString() };
  const items: LogPage["items"] = [];
  let nextOffset = after;
  for (const chunk of await readChunks(tx, sessionId, after)) {
    const skip = Math.max(0, after - Number(chunk.offset));
    if (skip >= chunk.bytes.length) continue;
    items.push({
      offset: Number(chunk.offset) + skip,
      text: Buffer.from(chunk.bytes).subarray(skip).toString("utf8"),
      at: chunk.at.toISOString(),
    });
    nextOffset = Number(chunk.offset) + chunk.bytes.length;
  }
  const isEnded = !isSessionLive(session.status) && session.sandbox?.terminatedAt !== null;
  return { items, nextOffset, isComplete: isEnded && nextOffset >= logBytes, removedAt: null };
}

/** From the chunk that holds the byte asked for, as many as make a page: they are of very different sizes. */
const readChunks = (tx: Tx, sessionId: string, after: number) => tx.$queryRaw<
  { offset: bigint; bytes: Uint8Array; at: Date }[]
>`
  SELECT "offset", bytes, at FROM (
    SELECT "offset", bytes, at, sum(octet_length(bytes)) OVER (ORDER BY "offset") - octet_length(bytes) AS "before"
    FROM "LogChunk" WHERE "sessionId" = ${sessionId}::uuid AND "offset" >= coalesce((
      SELECT max("offset") FROM "LogChunk" WHERE "sessionId" = ${sessionId}::uuid AND "offset" <= ${after}::bigint), 0)
    ORDER BY "offset" LIMIT ${pageChunks}::int) page
  WHERE "before" < ${pageBytes}::int ORDER BY "offset"`;

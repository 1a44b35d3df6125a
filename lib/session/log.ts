import type { Tx } from "@/lib/db.ts";

/** Appends bytes at the end of a session's output; the offset after them. The session's row lock keeps writers in order. */
export async function appendLog(tx: Tx, sessionId: string, bytes: Buffer): Promise<number> {
  const [row] = await tx.$queryRaw<[{ end: bigint }]>`
    WITH grown AS (
      UPDATE "Session" SET "logBytes" = "logBytes" + ${bytes.length}::int WHERE id = ${sessionId}::uuid RETURNING "logBytes"
    ), added AS (
      INSERT INTO "LogChunk" ("sessionId", "offset", bytes)
      SELECT ${sessionId}::uuid, "logBytes" - ${bytes.length}::int, ${bytes} FROM grown
    )
    SELECT "logBytes" AS end, pg_notify('runboard_log', ${sessionId})::text FROM grown`;
  return Number(row.end);
}

/**
 * Appends output read from the sandboxes' files, for many sessions in one statement. `offset` counts bytes of the file;
 * a chunk that does not start where reading had got to is left out, because somebody else has read it already. Answers
 * how far each file is now read.
 */
export async function appendChunks(
  tx: Tx,
  chunks: readonly { sessionId: string; offset: number; bytes: Buffer }[],
): Promise<Map<string, number>> {
  const list = chunks.map(({ sessionId, offset, bytes }) => ({ sessionId, offset, hex: bytes.toString("hex") }));
  const [row] = await tx.$queryRaw<[{ reads: Record<string, number> }]>`
    SELECT append_output(${JSON.stringify(list)}::jsonb) AS reads`;
  return new Map(Object.entries(row.reads));
}

/** Cuts before a UTF-8 character that is not whole yet, so that every chunk reads as text of its own. */
export function wholeCharacters(bytes: Buffer): number {
  const end = bytes.length;
  for (let back = 1; back <= Math.min(3, end); back++) {
    const byte = bytes[end - back]!;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return size > back ? end - back : end;
  }
  return end;
}

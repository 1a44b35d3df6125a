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
  const list = JSON.stringify(
    chunks.map(({ sessionId, offset, bytes }) => ({ sessionId, offset, hex: bytes.toString("hex") })),
  );
  const rows = await tx.$queryRaw<{ id: string; read: bigint }[]>`
    WITH given AS (
      SELECT (x->>'sessionId')::uuid AS id, (x->>'offset')::bigint AS "offset", decode(x->>'hex', 'hex') AS bytes
      FROM jsonb_array_elements(${list}::jsonb) x
    ), locked AS (
      -- Sessions first, in id order, then their sandboxes: as the engine does, or the two could wait for each other.
      SELECT s.id FROM "Session" s WHERE s.id IN (SELECT id FROM given) ORDER BY s.id FOR NO KEY UPDATE
    ), taken AS (
      UPDATE "Sandbox" b SET "readBytes" = g."offset" + length(g.bytes) FROM given g JOIN locked USING (id)
      WHERE b."sessionId" = g.id AND b."readBytes" = g."offset" RETURNING b."sessionId" AS id, b."readBytes"
    ), grown AS (
      UPDATE "Session" s SET "logBytes" = s."logBytes" + length(g.bytes) FROM given g JOIN taken USING (id)
      WHERE s.id = g.id RETURNING s.id, s."logBytes" - length(g.bytes) AS start
    ), added AS (
      INSERT INTO "LogChunk" ("sessionId", "offset", bytes) SELECT g.id, grown.start, g.bytes FROM given g JOIN grown USING (id)
    )
    SELECT b."sessionId" AS id, coalesce(taken."readBytes", b."readBytes") AS read, pg_notify('runboard_log', b."sessionId"::text)::text
    FROM "Sandbox" b JOIN given g ON g.id = b."sessionId" LEFT JOIN taken ON taken.id = b."sessionId"`;
  return new Map(rows.map((row) => [row.id, Number(row.read)]));
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

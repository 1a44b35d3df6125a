import type { Config } from "@/lib/config/schema.ts";
import type { Tx } from "@/lib/db.ts";
import { cutLines } from "@/lib/session/cut-lines.ts";
import { fullNotice, lineCutNotice } from "@/lib/session/log-text.ts";

/** In bytes: what is kept of one session's output, and of one line of it. */
export type LogLimits = Pick<Config, "logMaxBytes" | "lineMaxBytes">;

/**
 * Appends output that came over HTTP; answers where the log ends now. The session's row lock keeps writers in order. A log
 * that is full only counts. Lines are cut within what comes in one call.
 */
export async function appendLog(tx: Tx, sessionId: string, bytes: Buffer, limits: LogLimits): Promise<number> {
  const { lineMaxBytes, logMaxBytes } = limits;
  const { stored, droppedBytes, lineBytes } = cutLines(bytes, {
    lineBytes: 0,
    lineMaxBytes,
    roomBytes: Number.MAX_SAFE_INTEGER,
  });
  const text = lineBytes > lineMaxBytes ? Buffer.concat([stored, lineCutNotice(lineBytes - lineMaxBytes)]) : stored;
  const [row] = await tx.$queryRaw<[{ end: bigint }]>`
    SELECT store_log(${sessionId}::uuid, ${text}, ${droppedBytes}::bigint, false, ${logMaxBytes}::bigint,
      ${fullNotice(logMaxBytes, "nothing follows")}) AS end`;
  return Number(row.end);
}

/** What was read of one session's output file. Offsets count bytes of all the file ever held. */
export interface OutputPiece {
  sessionId: string;
  /** Where reading began, and how long the line was there; the piece counts only if reading has got exactly there. */
  start: number;
  startLine: number;
  end: number;
  line: number;
  /** What of it is kept. */
  bytes: Buffer;
  /** What of it is left out, in bytes. */
  dropped: number;
  /** There is more and the log has no room for it. */
  isFull?: boolean;
  /** The end of a full log: kept whatever it holds already, and the last that is. */
  isClosing?: boolean;
}

/** How far the output of a session has been read, by whomever. */
export interface OutputState {
  readBytes: number;
  lineBytes: number;
  logBytes: number;
  /** What came after the log was full; null while it is not. */
  cappedBytes: number | null;
  isLogClosed: boolean;
}

/**
 * Appends output read from the sandboxes' files, for many sessions in one statement. A piece that does not start where
 * reading had got to is left out, because somebody else has read it already. Answers how far each session is read now;
 * one that is gone has no answer.
 */
export async function appendOutput(
  tx: Tx,
  pieces: readonly OutputPiece[],
  { logMaxBytes }: LogLimits,
): Promise<Map<string, OutputState>> {
  const list = JSON.stringify(pieces.map(({ bytes, ...piece }) => ({ ...piece, size: bytes.length })));
  const [first] = pieces;
  const all = pieces.length === 1 ? first!.bytes : Buffer.concat(pieces.map(({ bytes }) => bytes));
  const [row] = await tx.$queryRaw<[{ states: Record<string, OutputState> }]>`
    SELECT append_output(${list}::jsonb, ${all}, ${logMaxBytes}::bigint, ${fullNotice(logMaxBytes, "the end follows")}) AS states`;
  return new Map(Object.entries(row.states));
}

const removedPerBatch = 20;

/** Removes the output of sessions that ended before a time, in small transactions. Answers of how many. */
export async function removeOldLogs(tx: Tx, before: Date): Promise<number> {
  for (let total = 0; ; ) {
    const [row] = await tx.$queryRaw<
      [{ count: number }]
    >`SELECT remove_logs(${before}, ${removedPerBatch}::int) AS count`;
    total += row.count;
    if (row.count < removedPerBatch) return total;
  }
}

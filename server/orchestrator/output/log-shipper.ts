import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { appendOutput, type LogLimits, type OutputPiece, type OutputState } from "@/lib/session/log.ts";
import { createOutage, type Outage } from "../outage.ts";
import { type Look, nextPiece, signOfLife } from "./next-piece.ts";
import { OutputFile } from "./output-file.ts";

export interface LogShipper {
  /** `readBytes`: how far a predecessor has read; 0 for a session that is new. */
  follow(sessionId: string, path: string, readBytes: number): void;
  /** Brings over what is left and stops following. */
  finish(sessionId: string): Promise<void>;
  close(): Promise<void>;
}

/** One session's output on its way into the database. */
interface Source {
  sessionId: string;
  file: OutputFile;
  state: OutputState;
  /** Used again and again: buffers that come and go would pile up faster than they are collected. */
  buffer: Buffer;
  /** Where the output ended at the last look, and whether its file was long: a burst may be one line that is passed over. */
  seenEnd: number;
  wasLong: boolean;
  /** Where it ended when a sign of life was last given, and when; only of a log that is full. */
  toldEnd: number;
  toldAtMs: number;
}

/** Behind: there is more than was read. Flood: output that is not kept comes in fast. */
type Pace = "calm" | "flood" | "behind";
const pauseMs: Record<Pace, number> = { calm: 100, flood: 20, behind: 5 };

const roundBytes = 4 * 1024 * 1024;
const chunkMaxBytes = 64 * 1024;
const chunkMinBytes = 16 * 1024;
const signOfLifeMs = 5_000;
/** A file that is longer is cut when the log is full, or as good as; one that is so much longer than the log always. */
const longBytes = 16 * 1024 * 1024;
const patientBytes = 4 * longBytes;
const retryMs = 500;

/**
 * Reads the output files of running sessions in rounds: a like share of each, and what is found is one statement. Memory
 * is bounded by the round, the log by its limits, and files are cut whether or not the database takes anything.
 */
export function createLogShipper(limits: () => LogLimits): LogShipper {
  const sources = new Map<string, Source>();
  const outage = createOutage("the last lines of sessions");
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<unknown> = Promise.resolve();

  const goRound = async (): Promise<Pace> => {
    const all = [...sources.values()];
    const chunkBytes = Math.floor(Math.min(Math.max(roundBytes / all.length, chunkMinBytes), chunkMaxBytes));
    const how = { limits: limits(), chunkBytes, isLast: false };
    const found = await Promise.all(all.map((source) => lookAt(source, how)));
    const pieces = found.flatMap(({ piece }) => piece ?? []);
    // Beside each other: a file is cut whether or not the database takes anything.
    const [shipped] = await Promise.allSettled([
      ship(all, pieces, how.limits),
      ...all.map((source, at) => keepShort(source, found[at]!.piece, how.limits)),
    ]);
    if (shipped.status === "rejected") throw shipped.reason;
    return found.map(({ pace }) => pace).reduce((a, b) => (pauseMs[a] < pauseMs[b] ? a : b));
  };

  const schedule = (pace: Pace) => {
    if (timer !== undefined || sources.size === 0) return;
    timer = setTimeout(() => {
      round = goRound()
        .catch((thrown): Pace => {
          logger.debug({ err: thrown }, "output waits for the database");
          return "calm";
        })
        .then((next) => {
          timer = undefined;
          schedule(next);
        });
    }, pauseMs[pace]);
  };

  return {
    follow: (sessionId, path, readBytes) => {
      void sources.get(sessionId)?.file.close();
      sources.set(sessionId, sourceOf(sessionId, path, readBytes));
      schedule("calm");
    },
    finish: async (sessionId) => {
      const source = sources.get(sessionId);
      sources.delete(sessionId);
      await round;
      if (source) await bringIn(source, limits, outage);
    },
    close: async () => {
      clearTimeout(timer);
      await round;
      await Promise.all([...sources.values()].map(({ file }) => file.close()));
    },
  };
}

/** What a predecessor has left is not known before the database has told: nothing is at offset -1. */
const unknown: OutputState = { readBytes: -1, lineBytes: -1, logBytes: 0, cappedBytes: null, isLogClosed: false };
const fresh: OutputState = { ...unknown, readBytes: 0, lineBytes: 0 };
/** Its rows are gone: there is nowhere to bring anything. */
const gone: OutputState = { ...fresh, isLogClosed: true };

const sourceOf = (sessionId: string, path: string, readBytes: number): Source => ({
  ...{ sessionId, file: new OutputFile(path), state: readBytes === 0 ? fresh : unknown },
  ...{ buffer: Buffer.alloc(0), seenEnd: 0, wasLong: false, toldEnd: 0, toldAtMs: 0 },
});

interface How extends Pick<Look, "limits" | "isLast"> {
  chunkBytes: number;
}

async function nextOf(source: Source, { limits, isLast, chunkBytes }: How): Promise<OutputPiece | null> {
  const { sessionId, file, state } = source;
  if (state === unknown) return signOfLife(sessionId, state);
  if (!(await file.open())) return null;
  if (source.buffer.length !== chunkBytes) source.buffer = Buffer.allocUnsafeSlow(chunkBytes);
  return nextPiece({ sessionId, file, state, limits, isLast, buffer: source.buffer });
}

async function lookAt(source: Source, how: How): Promise<{ piece: OutputPiece | null; pace: Pace }> {
  const { sessionId, file, state } = source;
  try {
    const piece = await nextOf(source, how);
    if (state === unknown || !(await file.open())) return { piece, pace: "calm" };
    const before = source.seenEnd;
    source.seenEnd = await file.end(state.readBytes);
    if (state.cappedBytes === null)
      return { piece, pace: source.seenEnd - (piece?.end ?? state.readBytes) >= how.chunkBytes ? "behind" : "calm" };
    return {
      piece: isToBeTold(source) ? signOfLife(sessionId, state) : null,
      pace: source.seenEnd - before >= how.chunkBytes ? "flood" : "calm",
    };
  } catch (thrown) {
    logger.debug({ err: thrown, session: sessionId }, "output could not be read");
    return { piece: null, pace: "calm" };
  }
}

function isToBeTold(source: Source): boolean {
  if (source.seenEnd === source.toldEnd || performance.now() - source.toldAtMs < signOfLifeMs) return false;
  Object.assign(source, { toldEnd: source.seenEnd, toldAtMs: performance.now() });
  return true;
}

/** All that is left of a session whose processes are gone. What cannot be read is left; a database that is away is waited for. */
async function bringIn(source: Source, limits: () => LogLimits, outage: Outage): Promise<void> {
  for (;;) {
    const piece = await nextOf(source, { limits: limits(), chunkBytes: chunkMaxBytes, isLast: true }).catch(
      (thrown) => {
        logger.warn({ err: thrown, session: source.sessionId }, "the last output could not be read");
        return null;
      },
    );
    if (piece === null) return source.file.finish();
    try {
      await ship([source], [piece], limits());
      outage.end();
    } catch (thrown) {
      outage.report(thrown);
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

async function ship(sources: readonly Source[], pieces: readonly OutputPiece[], limits: LogLimits): Promise<void> {
  if (pieces.length === 0) return;
  const states = await appendOutput(db(), pieces, limits);
  const ids = new Set(pieces.map(({ sessionId }) => sessionId));
  for (const source of sources) if (ids.has(source.sessionId)) source.state = states.get(source.sessionId) ?? gone;
}

/** `piece`: what was just read, so what is known of the line it ends in. */
async function keepShort(source: Source, piece: OutputPiece | null, limits: LogLimits): Promise<void> {
  const { sessionId, file, state, wasLong } = source;
  source.wasLong = file.sizeBytes > longBytes;
  if (state === unknown || !source.wasLong || !wasLong) return;
  const roomBytes = state.cappedBytes === null ? Math.max(0, limits.logMaxBytes - state.logBytes) : 0;
  const isPassingOver = (piece?.line ?? state.lineBytes) > limits.lineMaxBytes;
  if (file.sizeBytes <= patienceWith(source, { roomBytes, isPassingOver }, limits)) return;
  await file
    .cut(state.readBytes, roomBytes)
    .catch((thrown) => logger.debug({ err: thrown, session: sessionId }, "output could not be cut"));
}

/**
 * How long a file may grow. Cutting loses what is written in that very moment. Where the log has no room for it that is only
 * not counted, so it is done early; else late, as reading is faster than writing and the file seldom gets there. Of a line
 * that is passed over nothing is kept: after it there may be room for all that follows, so it is not cut off yet.
 */
function patienceWith(
  { state, seenEnd }: Source,
  { roomBytes, isPassingOver }: { roomBytes: number; isPassingOver: boolean },
  { logMaxBytes }: LogLimits,
): number {
  if (seenEnd - state.readBytes <= roomBytes) return logMaxBytes + patientBytes;
  return isPassingOver && roomBytes > 0 ? logMaxBytes + 2 * patientBytes : longBytes;
}

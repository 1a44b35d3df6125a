import { open } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { appendChunks, wholeCharacters } from "@/lib/session/log.ts";

/** One session's output file on its way into the database. Offsets and sizes in bytes. */
interface Source {
  path: string;
  offset: number;
}

export interface LogShipper {
  follow(sessionId: string, path: string, offset: number): void;
  /** Brings over what is left and stops following. */
  finish(sessionId: string): Promise<void>;
  close(): Promise<void>;
}

const roundMs = 100;
const chunkBytes = 64 * 1024;

/** Reads the output files of running sessions in rounds; what a round finds, of all of them, is one statement. */
export function createLogShipper(): LogShipper {
  const sources = new Map<string, Source>();
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();

  const ship = async (ids: readonly string[], isLast: boolean): Promise<boolean> => {
    const found = await Promise.all(ids.map((id) => readNext(id, sources.get(id), isLast)));
    const chunks = found.filter((chunk) => chunk !== null);
    if (chunks.length === 0) return false;
    const ends = await appendChunks(db(), chunks);
    for (const [id, end] of ends) {
      const source = sources.get(id);
      if (source) source.offset = end;
    }
    return ends.size > 0;
  };

  const schedule = () => {
    if (timer !== undefined || sources.size === 0) return;
    timer = setTimeout(() => {
      round = ship([...sources.keys()], false)
        .catch((thrown) => logger.debug({ err: thrown }, "output waits for the database"))
        .then(() => {
          timer = undefined;
          schedule();
        });
    }, roundMs);
  };

  return {
    follow: (sessionId, path, offset) => {
      sources.set(sessionId, { path, offset });
      schedule();
    },
    finish: async (sessionId) => {
      await round;
      for (;;) {
        try {
          if (!(await ship([sessionId], true))) break;
        } catch (thrown) {
          logger.warn({ err: thrown }, "the last output waits for the database");
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }
      sources.delete(sessionId);
    },
    close: async () => {
      clearTimeout(timer);
      await round;
    },
  };
}

async function readNext(sessionId: string, source: Source | undefined, isLast: boolean) {
  if (source === undefined) return null;
  const file = await open(source.path, "r").catch(() => null);
  if (file === null) return null;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, source.offset);
    const read = buffer.subarray(0, bytesRead);
    const isTail = isLast && bytesRead < chunkBytes;
    const bytes = isTail ? read : read.subarray(0, wholeCharacters(read));
    return bytes.length === 0 ? null : { sessionId, offset: source.offset, bytes: Buffer.from(bytes) };
  } finally {
    await file.close();
  }
}

/** The last line of an output file that says something, without control characters; for the one-line reason of a failure. */
export async function lastLineOf(path: string): Promise<string> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return "";
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 4096);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    const plain = stripVTControlCharacters(buffer.toString("utf8"));
    const lines = plain.split(/[\r\n]+/).map((line) => line.replace(/\p{Cc}/gu, " ").trim());
    return (lines.findLast((line) => line !== "") ?? "").slice(0, 300);
  } finally {
    await file.close();
  }
}

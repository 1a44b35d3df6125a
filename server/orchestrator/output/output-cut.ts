import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { logger } from "@/lib/log.ts";

/** What was cut off an output file. Offsets count bytes of all the file ever held. */
export interface OutputCut {
  /** The offset of the file's first byte. */
  base: number;
  /** What is still wanted of what was cut off; see `headPath`. */
  headFrom: number;
  headBytes: number;
  /** The last bytes before base. */
  tail: Buffer;
}

export const uncut: OutputCut = { base: 0, headFrom: 0, headBytes: 0, tail: Buffer.alloc(0) };

/** Where the part that is still wanted lies. Its offset is in the name, so that it can never be taken for another part. */
export const headPath = (output: string, { headFrom }: Pick<OutputCut, "headFrom">): string =>
  `${output}.head-${headFrom}`;

const cutPath = (output: string): string => `${output}.cut`;
const offset = z.number().int().min(0);
const firstLine = z.strictObject({ base: offset, headFrom: offset, headBytes: offset });

/** Tells a successor: one line of JSON, then the tail. Replaces what was told before as a whole. */
export function writeCut(output: string, { tail, ...numbers }: OutputCut): void {
  const draft = `${cutPath(output)}.new`;
  try {
    writeFileSync(draft, Buffer.concat([Buffer.from(`${JSON.stringify(numbers)}\n`), tail]), { mode: 0o600 });
    renameSync(draft, cutPath(output));
  } catch (thrown) {
    logger.warn({ err: thrown, output }, "where output was cut could not be written down");
  }
}

/** null where nothing was cut. */
export function readCut(output: string): OutputCut | null {
  try {
    const all = readFileSync(cutPath(output));
    const end = all.indexOf("\n");
    return { ...firstLine.parse(JSON.parse(all.subarray(0, end).toString())), tail: all.subarray(end + 1) };
  } catch {
    return null;
  }
}

import { lineCutNotice, wholeCharacters } from "@/lib/session/log-text.ts";

/** Where a reader of output stands in its line. Sizes in bytes. */
export interface LinePlace {
  /** Since the last line end. Over the limit: the rest of the line is being left out, and by so much it is over. */
  lineBytes: number;
  lineMaxBytes: number;
  /** At most so much is stored, notices of cut lines aside. */
  roomBytes: number;
}

export interface CutLines {
  stored: Buffer;
  droppedBytes: number;
  /** Less than was given: there is no more room. */
  consumedBytes: number;
  lineBytes: number;
}

/**
 * Cuts lines that are longer than the limit: what is over is left out and counted, and a notice at the line's end says so.
 * It can go on in the middle of a line, and memory does not grow with a line's length. A carriage return ends a line too.
 * Given whole characters it keeps whole characters.
 */
export function cutLines(bytes: Buffer, place: LinePlace): CutLines {
  const parts: Buffer[] = [];
  let { lineBytes, roomBytes } = place;
  let [at, droppedBytes] = [0, 0];
  let isCut = lineBytes > place.lineMaxBytes;
  while (at < bytes.length) {
    if (isCut) {
      const end = firstLineEnd(bytes, at);
      droppedBytes += end - at;
      lineBytes = Math.max(lineBytes, place.lineMaxBytes) + end - at;
      at = end;
      if (end === bytes.length) break;
      parts.push(lineCutNotice(lineBytes - place.lineMaxBytes));
      lineBytes = 0;
    }
    const fitting = thatFits(bytes.subarray(at), roomBytes);
    if (fitting.length === 0) break;
    const kept = keepLines(fitting, lineBytes, place.lineMaxBytes);
    parts.push(fitting.subarray(0, kept.length));
    roomBytes -= kept.length;
    at += kept.length;
    ({ lineBytes, isCut } = kept);
  }
  return { stored: Buffer.concat(parts), droppedBytes, consumedBytes: at, lineBytes };
}

const thatFits = (bytes: Buffer, roomBytes: number): Buffer =>
  bytes.length <= roomBytes ? bytes : bytes.subarray(0, wholeCharacters(bytes.subarray(0, roomBytes)));

interface Kept {
  length: number;
  lineBytes: number;
  /** The line goes on and is too long. */
  isCut: boolean;
}

/** How much of this can be kept before a line is too long. Looks at one place per longest line, not at every byte. */
function keepLines(bytes: Buffer, lineBytes: number, lineMaxBytes: number): Kept {
  let start = 0;
  let before = lineBytes;
  while (bytes.length - start > lineMaxBytes - before) {
    const left = lineMaxBytes - before;
    // The line end may be the very byte after the longest line.
    const end = lastLineEnd(bytes.subarray(start, start + left + 1));
    if (end === -1) {
      const length = start + wholeCharacters(bytes.subarray(start, start + left));
      return { length, lineBytes: lineMaxBytes, isCut: true };
    }
    start += end + 1;
    before = 0;
  }
  const rest = bytes.subarray(start);
  const end = lastLineEnd(rest);
  return { length: bytes.length, lineBytes: end === -1 ? before + rest.length : rest.length - end - 1, isCut: false };
}

const [newline, carriageReturn] = [10, 13];

const lastLineEnd = (bytes: Buffer): number => Math.max(bytes.lastIndexOf(newline), bytes.lastIndexOf(carriageReturn));

function firstLineEnd(bytes: Buffer, from: number): number {
  const newlineAt = bytes.indexOf(newline, from);
  const end = newlineAt === -1 ? bytes.length : newlineAt;
  const returnAt = bytes.subarray(from, end).indexOf(carriageReturn);
  return returnAt === -1 ? end : from + returnAt;
}

import { cutLines } from "@/lib/session/cut-lines.ts";
import type { LogLimits, OutputPiece, OutputState } from "@/lib/session/log.ts";
import { leftOutNotice, lineCutNotice, wholeCharacters } from "@/lib/session/log-text.ts";
import { type OutputFile, tailBytes } from "./output-file.ts";

/** What of a long line is passed over in one look. */
const scanMaxBytes = 16 * 1024 * 1024;

export interface Look {
  sessionId: string;
  file: OutputFile;
  state: OutputState;
  limits: LogLimits;
  /** What is read at once goes into it; nothing of it is kept. */
  buffer: Buffer;
  /** No process of the session lives any more. */
  isLast: boolean;
}

/** The next piece of a session's output; null when there is nothing new. */
export async function nextPiece(look: Look): Promise<OutputPiece | null> {
  const { state, file, isLast } = look;
  if (state.isLogClosed) return null;
  if (state.cappedBytes !== null) return isLast ? closingPiece(look, await file.end(state.readBytes)) : null;
  await file.end(state.readBytes);
  return readPiece(look);
}

/** An unmoved piece: says that the session gives signs of life, and asks how far it has been read. */
export const signOfLife = (sessionId: string, { readBytes, lineBytes }: OutputState): OutputPiece => ({
  ...{ sessionId, start: readBytes, startLine: lineBytes, end: readBytes, line: lineBytes },
  ...{ bytes: Buffer.alloc(0), dropped: 0 },
});

/** Reads until there is enough to keep: of lines that are too long most is not. */
async function readPiece(look: Look): Promise<OutputPiece | null> {
  const { sessionId, file, state, limits, isLast, buffer } = look;
  const piece = signOfLife(sessionId, state);
  // What just fills the log is followed by one more look, so that the notice stands with it.
  const isWanted = () => piece.bytes.length < buffer.length / 2 || roomAfter(piece, look) === 0;
  while (piece.end - piece.start < scanMaxBytes && isWanted()) {
    const read = await file.read(piece.end, buffer);
    if (read === null) return { ...piece, isFull: true };
    if (read.length === 0) return isLast ? endLine(piece, limits) : changed(piece);
    const isEnd = isLast && read.length < buffer.length;
    const whole = isEnd ? read : read.subarray(0, wholeCharacters(read));
    if (whole.length === 0) return changed(piece);
    if (!take(piece, whole, look)) return { ...piece, isFull: true };
  }
  return changed(piece);
}

/** Adds what was read to a piece; false when there was no room for all of it. */
function take(piece: OutputPiece, bytes: Buffer, look: Look): boolean {
  const { lineMaxBytes } = look.limits;
  const cut = cutLines(bytes, { lineBytes: piece.line, lineMaxBytes, roomBytes: roomAfter(piece, look) });
  piece.bytes = piece.bytes.length === 0 ? cut.stored : Buffer.concat([piece.bytes, cut.stored]);
  piece.dropped += cut.droppedBytes;
  piece.end += cut.consumedBytes;
  piece.line = cut.lineBytes;
  return cut.consumedBytes === bytes.length;
}

const roomAfter = ({ bytes }: OutputPiece, { state, limits }: Look): number =>
  Math.max(0, limits.logMaxBytes - state.logBytes - bytes.length);

const changed = (piece: OutputPiece): OutputPiece | null => (piece.end > piece.start ? piece : null);

/** The output ends inside a line that was cut. */
function endLine(piece: OutputPiece, { lineMaxBytes }: LogLimits): OutputPiece | null {
  if (piece.line <= lineMaxBytes) return changed(piece);
  return { ...piece, line: 0, bytes: Buffer.concat([piece.bytes, lineCutNotice(piece.line - lineMaxBytes)]) };
}

/** The end of what a full log left out, and how much stood between. */
async function closingPiece({ sessionId, file, state, limits }: Look, end: number): Promise<OutputPiece> {
  const raw = await file.readTail(state.readBytes);
  const tail = end - raw.length > state.readBytes ? fromLineStart(raw) : raw;
  const dropped = end - state.readBytes - tail.length;
  const { lineMaxBytes } = limits;
  const { stored, lineBytes } = cutLines(tail, { lineBytes: 0, lineMaxBytes, roomBytes: tailBytes });
  const leftOut = (state.cappedBytes ?? 0) + dropped;
  const parts = [stored, ...(lineBytes > lineMaxBytes ? [lineCutNotice(lineBytes - lineMaxBytes)] : [])];
  const bytes = Buffer.concat(leftOut > 0 ? [leftOutNotice(leftOut), ...parts] : parts);
  return { ...signOfLife(sessionId, state), end, line: 0, bytes, dropped, isClosing: true };
}

/** Begins with a line if one begins in the first half, else with a character. */
function fromLineStart(bytes: Buffer): Buffer {
  const newline = bytes.indexOf("\n");
  if (newline !== -1 && newline < bytes.length / 2) return bytes.subarray(newline + 1);
  const start = bytes.findIndex((byte) => (byte & 0b1100_0000) !== 0b1000_0000);
  return bytes.subarray(Math.max(0, Math.min(start, 3)));
}

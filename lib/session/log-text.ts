import { sizeText } from "@/lib/size-text.ts";

// What a log says about itself, among the output. Each begins and ends with an ellipsis, so that it reads as ours.

/** Stands in a line in place of what was too long. */
export const lineCutNotice = (droppedBytes: number): Buffer =>
  Buffer.from(` … ${sizeText(droppedBytes)} of this line were left out …`);

/** Stands where a log is full. `hasEnd`: the last of the output will follow. */
export const fullNotice = (logMaxBytes: number, after: "the end follows" | "nothing follows"): Buffer =>
  Buffer.from(
    after === "the end follows"
      ? `… The log is full at ${sizeText(logMaxBytes)}: more output is left out here, its end follows when the session has ended …\n`
      : `… The log is full at ${sizeText(logMaxBytes)}: more output is left out …\n`,
  );

/** Stands before the end of a full log. */
export const leftOutNotice = (droppedBytes: number): Buffer =>
  Buffer.from(`… ${sizeText(droppedBytes)} of output were left out here …\n`);

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

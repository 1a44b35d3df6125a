import { open } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { readCut } from "./output-cut.ts";

const readBytes = 4096;

/**
 * The last line of an output file that says something, without control characters; for the one-line reason of a failure. A command may
 * have put something else in the file's place: then there is none.
 */
export async function lastLineOf(path: string): Promise<string> {
  const end = await readEnd(path).catch(() => Buffer.alloc(0));
  return lastIn(end.length < readBytes ? Buffer.concat([readCut(path)?.tail ?? Buffer.alloc(0), end]) : end);
}

async function readEnd(path: string): Promise<Buffer> {
  const file = await open(path, "r").catch(() => null);
  if (file === null) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, readBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function lastIn(bytes: Buffer): string {
  const plain = stripVTControlCharacters(bytes.toString("utf8"));
  const lines = plain.split(/[\r\n]+/).map((line) => line.replace(/\p{Cc}/gu, " ").trim());
  return (lines.findLast((line) => line !== "") ?? "").slice(0, 300);
}

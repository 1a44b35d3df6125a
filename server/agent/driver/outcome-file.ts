import { closeSync, constants, fsyncSync, ftruncateSync, openSync, renameSync, writeSync } from "node:fs";
import type { AgentOutcome } from "../outcome.ts";

/** An end's texts are cut as in its event. */
const reservedBytes = 64 * 1024;
const attempts = 20;
const pauseMs = 500;

/**
 * Takes the room for the outcome at the start, so that a disk that is full at the end does not swallow it. The function returned
 * writes it and puts it in its place; false: it could not.
 */
export function reserveOutcome(path: string): (outcome: AgentOutcome) => Promise<boolean> {
  const reserved = `${path}.new`;
  try {
    writeFile(reserved, Buffer.alloc(reservedBytes, " "));
  } catch {
    // Full already; there may be room by then.
  }
  return async (outcome) => {
    const bytes = Buffer.from(`${JSON.stringify(outcome)}\n`);
    for (let attempt = 1; attempt <= attempts; attempt++) {
      try {
        writeFile(reserved, bytes);
        renameSync(reserved, path);
        return true;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
    return false;
  };
}

/** Over what is there, not after emptying it: the blocks it has are its own. */
function writeFile(path: string, bytes: Buffer): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written, undefined, written);
    ftruncateSync(file, bytes.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

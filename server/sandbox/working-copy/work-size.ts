import { lstatSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { sizeText } from "@/lib/size-text.ts";
import { type GitOptions, gitOk } from "../../git.ts";
import type { Spawner } from "../spawner/spawner.ts";
import { bytesOf } from "./nested-repository.ts";
import { WorkingCopyError } from "./working-copy.ts";

const GIB = 1024 ** 3;
const FILE_MAX_BYTES = GIB;
const TOTAL_MAX_BYTES = 8 * GIB;
/** Looked at before others get their turn: about a millisecond. */
const SLICE = 300;

/** A file that a commit changed or added: its path in latin1, and the object that holds it. */
export interface Change {
  path: string;
  /** null: deleted, or a repository of its own. */
  blob: string | null;
}

/**
 * Refuses files that are about to be hashed and are larger than their session's disk. A file of holes, or of one letter over and over,
 * takes next to nothing there and in an object, and whoever starts from it would write it out in full. Throws WorkingCopyError TOO_LARGE.
 */
export async function refuseLargeFiles(directory: string, paths: string[], maxBytes?: number): Promise<void> {
  const top = Buffer.from(directory).toString("latin1");
  const tally = createTally(maxBytes);
  for (const [n, path] of paths.entries()) {
    if (n % SLICE === SLICE - 1) await setImmediate();
    tally(path, lstatSync(bytesOf(`${top}/${path}`), { throwIfNoEntry: false })?.size ?? 0);
  }
}

/** The same for what is committed: a session makes objects itself, and need not leave their files. Throws WorkingCopyError TOO_LARGE. */
export async function refuseLargeObjects(
  spawner: Spawner,
  options: GitOptions,
  { changes, maxBytes }: { changes: Change[]; maxBytes: number | undefined },
): Promise<void> {
  const made = changes.filter(({ blob }) => blob !== null);
  if (made.length === 0) return;
  const input = made.map(({ blob }) => `${blob}\n`).join("");
  const sizes = await gitOk(spawner, ["cat-file", "--batch-check=%(objectsize)"], { ...options, input });
  const tally = createTally(maxBytes);
  // What is missing has no size, and is not published either.
  for (const [n, size] of sizes.trimEnd().split("\n").entries()) tally(made[n]?.path ?? "", Number(size) || 0);
}

function createTally(maxBytes?: number): (path: string, bytes: number) => void {
  const [fileMax, totalMax] = [maxBytes ?? FILE_MAX_BYTES, maxBytes ?? TOTAL_MAX_BYTES];
  let total = 0;
  return (path, bytes) => {
    total += bytes;
    const name = bytesOf(path).toString("utf8");
    if (bytes > fileMax) throw tooLarge(`${name} has ${sizeText(bytes)}, and a file may have ${sizeText(fileMax)}`);
    if (total > totalMax) throw tooLarge(`it changed files of more than ${sizeText(totalMax)} in all`);
  };
}

const tooLarge = (why: string): WorkingCopyError =>
  new WorkingCopyError("TOO_LARGE", `The session's work cannot be kept: ${why}. What .gitignore names does not count.`);

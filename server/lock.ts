import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";

/** Another live process holds the lock. */
export class LockHeldError extends Error {
  constructor(
    readonly path: string,
    readonly pid: number,
  ) {
    super(`Runboard is already running here: process ${pid} holds ${path}.`);
    this.name = "LockHeldError";
  }
}

export interface Lock {
  release(): void;
}

/**
 * One holder per file, decided by link(): it is atomic and fails when the name exists, and the file is whole the
 * moment it appears. The lock of a holder that is dead (kill -9, reboot, pid given to a stranger) is moved away
 * first; whoever moved a lock looks again at what it moved, because a quicker one may have renewed it in between.
 */
export function takeLock(path: string): Lock {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${++drafts}`;
  try {
    writeFileSync(draft, `${JSON.stringify(identify(process.pid))}\n`, { mode: 0o600 });
    while (!linked(draft, path)) clearDead(path, draft);
  } finally {
    rmSync(draft, { force: true });
  }
  return { release: () => releaseOwn(path) };
}

/** Who holds the lock now; null when nobody alive does. */
export function lockHolder(path: string): ProcessIdentity | null {
  const holder = readHolder(path);
  return holder !== null && isAlive(holder) ? holder : null;
}

let drafts = 0;

function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

function clearDead(path: string, draft: string): void {
  const holder = lockHolder(path);
  if (holder !== null) throw new LockHeldError(path, holder.pid);
  const moved = `${draft}.dead`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  const alive = lockHolder(moved);
  // A live lock was moved by mistake: put it back. link() does not overwrite; whoever took the name keeps it.
  if (alive !== null) linked(moved, path);
  rmSync(moved, { force: true });
  if (alive !== null) throw new LockHeldError(path, alive.pid);
}

function releaseOwn(path: string): void {
  const holder = readHolder(path);
  const self = identify(process.pid);
  if (holder?.pid === self?.pid && holder?.startTime === self?.startTime) rmSync(path, { force: true });
}

function readHolder(path: string): ProcessIdentity | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isIdentity(value) ? value : null;
  } catch {
    return null;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  const identity = value as Partial<ProcessIdentity> | null;
  return (
    typeof identity?.pid === "number" && typeof identity.startTime === "string" && typeof identity.bootId === "string"
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

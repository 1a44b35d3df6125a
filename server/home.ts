import { randomUUID } from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { env, home, newSecret } from "@/lib/env.ts";

/** The home directory, private to the user whatever it was before. */
export function prepareHome(): void {
  mkdirSync(env.RUNBOARD_HOME, { recursive: true, mode: 0o700 });
  chmodSync(env.RUNBOARD_HOME, 0o700);
}

/** Names this machine (or container) as long as its home lives. */
export function hostId(): string {
  return readOrCreate(home.hostId, randomUUID);
}

/** The owner's token: the operator's own from RUNBOARD_TOKEN, or the one made at the first start. */
export function ownerToken(): string {
  return env.RUNBOARD_TOKEN ?? readOrCreate(home.token, newSecret);
}

/** link() makes the file appear whole and never over another one, so two first starts agree on one value. */
function readOrCreate(path: string, create: () => string): string {
  const found = readPrivate(path);
  if (found !== null) return found;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${create()}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  const value = readPrivate(path);
  if (value === null) throw new Error(`${path} vanished while it was being made.`);
  return value;
}

/** Refuses what somebody else could have put there: a symbolic link, another user's file. Closes an open mode. */
function readPrivate(path: string): string | null {
  const fd = openNoFollow(path);
  if (fd === null) return null;
  try {
    const { uid, mode } = fstatSync(fd);
    if (uid !== process.getuid?.())
      throw new Error(`${path} belongs to another user (${uid}). Remove it, or start as that user.`);
    if ((mode & 0o077) !== 0) chmodSync(path, 0o600);
    const value = readFileSync(fd, "utf8").trim();
    if (value === "") throw new Error(`${path} is empty. Remove it and start again to get a new one.`);
    return value;
  } finally {
    closeSync(fd);
  }
}

function openNoFollow(path: string): number | null {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "EMLINK")
      throw new Error(`${path} is a symbolic link. Remove it and start again.`);
    throw error;
  }
}

import { chmodSync, closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/**
 * What a file of the home says; null: it is not there. Refuses what somebody else could have put there: a symbolic link,
 * another user's file. Closes an open mode.
 */
export function readPrivate(path: string): string | null {
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

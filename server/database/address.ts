import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newSecret } from "../../lib/env.ts";

/** Under which address the database in `directory` answers once it is up; known before it is, and always the same. */
export function databaseAddress(directory: string): string {
  const socket = encodeURIComponent(socketDirectory(directory));
  return `postgresql://runboard:${databasePassword(directory)}@localhost/runboard?host=${socket}`;
}

/** A socket's path holds about 100 bytes, so a deep home gets a short directory of its own elsewhere, always the same. */
export function socketDirectory(directory: string): string {
  const near = join(directory, "socket");
  if (Buffer.byteLength(near) <= 88) return near;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const name = createHash("sha256").update(realpathSync(directory)).digest("hex").slice(0, 16);
  return join(tmpdir(), `runboard-${name}`);
}

/** Made at the first start. */
export function databasePassword(directory: string): string {
  const path = join(directory, "password");
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  if (existsSync(join(directory, "data")))
    throw new Error(`The database password ${path} is missing. Restore it from a backup of this directory.`);
  const password = newSecret();
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${password}\n`, { mode: 0o600, flag: "wx" });
  return password;
}

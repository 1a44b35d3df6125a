import { randomUUID } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { env, home, newSecret } from "@/lib/env.ts";
import { readPrivate } from "./private-file.ts";

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

import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";

/** One control group, by its directory. A group that is not there has no processes and needs no removal. */

const REMOVE_TRIES = 50;
const REMOVE_PAUSE_MS = 10;

/** Harmless when it is there already. */
export async function createGroup(directory: string): Promise<void> {
  await mkdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

/** The pids in the group and the groups below it. */
export function processesIn(directory: string): number[] {
  if (readGroupFile(directory, "cgroup.events")?.includes("populated 0")) return [];
  const own = readGroupFile(directory, "cgroup.procs");
  if (own === null) return [];
  // 0 stands for a process of a pid namespace outside ours.
  const pids = own
    .split("\n")
    .map(Number)
    .filter((pid) => pid > 0);
  for (const name of groupsBelow(directory)) pids.push(...processesIn(join(directory, name)));
  return pids;
}

/** True when the group is there and holds nobody: the kernel's word that everything which was in it has ended. */
export function isEmptyGroup(directory: string): boolean {
  return readGroupFile(directory, "cgroup.procs") === "" && processesIn(directory).length === 0;
}

/**
 * Kills everything in the group at once, where the kernel can (v2); where it cannot, forbids further forks, so that
 * killing one by one comes to an end.
 */
export function killGroup(directory: string): void {
  if (existsSync(join(directory, "cgroup.kill"))) tryWrite(directory, "cgroup.kill", "1");
  else
    for (const group of [directory, ...groupsBelow(directory).map((name) => join(directory, name))]) {
      tryWrite(group, "pids.max", "0");
    }
}

/** Removes the group and those below it. False: something is still in it. */
export async function removeGroup(directory: string): Promise<boolean> {
  for (let tries = 0; tries < REMOVE_TRIES; tries++) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, REMOVE_PAUSE_MS));
    if (await removeOnce(directory)) return true;
  }
  return false;
}

export function writeGroupFile(directory: string, name: string, value: string | number): void {
  writeFileSync(join(directory, name), String(value));
}

export function readGroupFile(directory: string, name: string): string | null {
  try {
    return readFileSync(join(directory, name), "utf8");
  } catch {
    return null;
  }
}

/** The number behind a key of a flat file such as `memory.events`; null when it is not there. */
export function groupNumber(directory: string, name: string, key?: string): number | null {
  const text = readGroupFile(directory, name);
  if (text === null) return null;
  const value = key === undefined ? text.trim() : text.match(new RegExp(`^${key} (\\d+)$`, "m"))?.[1];
  return value === undefined || !/^\d+$/.test(value) ? null : Number(value);
}

export function isWritable(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    accessSync(join(directory, "cgroup.procs"), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** False: something is in it, or in one below. */
export async function removeOnce(directory: string): Promise<boolean> {
  const below = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of below) if (entry.isDirectory()) await removeOnce(join(directory, entry.name));
  return rmdir(directory).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === "ENOENT",
  );
}

function groupsBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

function tryWrite(directory: string, name: string, value: string): void {
  try {
    writeGroupFile(directory, name, value);
  } catch {
    // Gone meanwhile, or this kernel has no such file: the signals that follow do not need it.
  }
}

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "../process-identity.ts";

/** What `postmaster.pid` says: line 1 the pid, line 8 how far the server is ("ready" once it takes connections). */
export interface PidFile {
  pid: number;
  status: string;
}

export function readPidFile(data: string): PidFile | null {
  try {
    const lines = readFileSync(join(data, "postmaster.pid"), "utf8").split("\n");
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, status: (lines[7] ?? "").trim() } : null;
  } catch {
    return null;
  }
}

/**
 * Stops a server that outlived whoever started it (kill -9 of the parent). The pid in the file is believed only when
 * that process is a postgres for this very directory; a stranger with the same pid is never signalled, but then the
 * file goes, because PostgreSQL would take the stranger for itself.
 */
export async function stopOrphan(data: string, log: (line: string) => void): Promise<void> {
  const file = readPidFile(data);
  if (file === null) return;
  const identity = identify(file.pid);
  if (identity === null) {
    if (existsAsZombie(file.pid)) await forgetZombie(data);
    return;
  }
  if (!serves(file.pid, data)) {
    rmSync(join(data, "postmaster.pid"), { force: true });
    return;
  }
  log(`Stopping a database that an earlier run left behind (process ${file.pid})…`);
  await end(identity);
}

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT gives up at once and recovers on the next start; SIGKILL is the last word. */
export const SHUTDOWN: readonly { signal: NodeJS.Signals; waitMs: number }[] = [
  { signal: "SIGINT", waitMs: 10_000 },
  { signal: "SIGQUIT", waitMs: 3_000 },
  { signal: "SIGKILL", waitMs: 5_000 },
];

async function end(identity: ProcessIdentity): Promise<void> {
  for (const { signal, waitMs } of SHUTDOWN) {
    if (!isAlive(identity)) return;
    process.kill(identity.pid, signal);
    if (await ended(identity, waitMs)) return;
  }
  throw new Error(
    `The database process ${identity.pid} of an earlier run does not end. End it by hand, then start again.`,
  );
}

/** A process that is not our child gives no event, so this looks every 20 ms. */
async function ended(identity: ProcessIdentity, waitMs: number): Promise<boolean> {
  const until = performance.now() + waitMs;
  while (performance.now() < until) {
    if (!isAlive(identity)) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return !isAlive(identity);
}

/** PostgreSQL takes a dead process nobody has reaped for a living one and would refuse to start. */
function existsAsZombie(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const BACKENDS_GONE_MS = 10_000;

/** The file also guards against backends that outlive their postmaster for a moment: it goes only after the last of them. */
async function forgetZombie(data: string): Promise<void> {
  const until = performance.now() + BACKENDS_GONE_MS;
  while (performance.now() < until && someoneWorksIn(data)) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!someoneWorksIn(data)) rmSync(join(data, "postmaster.pid"), { force: true });
}

function someoneWorksIn(data: string): boolean {
  const directory = realpathSync(data);
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => workingDirectory(Number(pid)) === directory);
}

function serves(pid: number, data: string): boolean {
  const args = commandLine(pid);
  if (!basename(args[0] ?? "").startsWith("postgres")) return false;
  return args.includes(data) || workingDirectory(pid) === realpathSync(data);
}

function commandLine(pid: number): string[] {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    const line = execFileSync("/bin/ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    // ps joins the arguments with spaces; ours are `<program> -D <data> -c config_file=…`.
    return line.trim().split(/ -D | -c /);
  } catch {
    return [];
  }
}

function workingDirectory(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

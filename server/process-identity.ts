import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Which process a pid meant. A pid alone is reused by the kernel; together with the boot and the start time it names
 * one process for ever, so nothing that belongs to somebody else is ever signalled or waited for.
 */
export interface ProcessIdentity {
  bootId: string;
  pid: number;
  /** Linux: clock ticks since boot. Elsewhere: the start time as `ps` prints it. Only ever compared for equality. */
  startTime: string;
}

/** The identity of a live process, or null when there is none (a zombie has ended: it counts as none). */
export function identify(pid: number): ProcessIdentity | null {
  const started = startTime(pid);
  return started === null ? null : { bootId: bootId(), pid, startTime: started };
}

/** True while this very process lives; false for a zombie, after a reboot, and when its pid belongs to a stranger. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && startTime(identity.pid) === identity.startTime;
}

let knownBootId: string | undefined;

/** Changes with every boot of this machine. */
export function bootId(): string {
  knownBootId ??= process.platform === "linux" ? linuxBootId() : bsdBootTime();
  return knownBootId;
}

/** When the process started, in a form that only equality is asked of; null when it does not run. */
export function startTime(pid: number): string | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === "linux" ? linuxStartTime(pid) : bsdStartTime(pid);
}

function linuxBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

function linuxStartTime(pid: number): string | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in field 2 may hold spaces and brackets; what follows the last ")" is field 3 (the state) onwards.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  if (state === "Z" || state === "X") return null;
  return fields[19] ?? null;
}

function bsdBootTime(): string {
  return (
    run("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"]) ?? run("/usr/sbin/sysctl", ["-n", "kern.boottime"]) ?? ""
  );
}

function bsdStartTime(pid: number): string | null {
  const line = run("/bin/ps", ["-o", "stat=,lstart=", "-p", String(pid)]);
  if (!line) return null;
  const [state = "", ...started] = line.split(/\s+/);
  return state.startsWith("Z") ? null : started.join(" ");
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function run(command: string, args: string[]): string | null {
  try {
    return execFileSync(command, args, {
      encoding: "utf8",
      env: { NODE_ENV: "production", LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return null;
  }
}

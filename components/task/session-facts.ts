import { formatBytes, formatCores } from "@/components/ui/format-amount.ts";
import { formatDuration } from "@/components/ui/format-time.ts";
import type { Session } from "@/lib/session/schema.ts";

type Asked = Pick<Session, "cpus" | "memoryBytes" | "diskBytes">;

/** `1 core, 256 MiB of memory`; null where nothing was asked for. */
export function askedWords({ cpus, memoryBytes, diskBytes }: Asked): string | null {
  const parts = [
    cpus !== null && formatCores(cpus),
    memoryBytes !== null && `${formatBytes(memoryBytes)} of memory`,
    diskBytes !== null && `${formatBytes(diskBytes)} of disk`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(", ") : null;
}

/** `CPU time 12s`, `Peak memory 80 MiB`: only what was measured. */
export function usageWords({ usage }: Pick<Session, "usage">): { name: string; words: string }[] {
  const { cpuMs, memoryMaxBytes, memoryBytes } = usage;
  const peak = memoryMaxBytes ?? memoryBytes;
  return [
    ...(typeof cpuMs === "number" ? [{ name: "CPU time", words: formatDuration(cpuMs) }] : []),
    ...(typeof peak === "number" ? [{ name: "Peak memory", words: formatBytes(peak) }] : []),
  ];
}

/** How long the attempt after this one waited, or when it is due. */
export function waitAfter(
  session: Session,
  next: Session | undefined,
): { waitedMs: number } | { dueAt: string } | null {
  if (session.nextAttemptAt !== null) return { dueAt: session.nextAttemptAt };
  if (session.endedAt === null || next === undefined || next.generation !== session.generation) return null;
  return { waitedMs: Math.max(0, Date.parse(next.startedAt) - Date.parse(session.endedAt)) };
}

import { db } from "@/lib/db.ts";
import { recordUsage, type UsageSample } from "@/lib/session/record-usage.ts";
import { awakeClockMs } from "../../awake-clock.ts";
import type { Sandbox } from "../../sandbox/port.ts";
import type { Usage } from "../../sandbox/usage.ts";
import { directorySize } from "../../sandbox/working-copy/directory-size.ts";
import { createRound } from "../round.ts";
import type { HeldSession } from "./held-session.ts";
import { diskExcess, isOverDisk, isOverMemory, memoryExcess, memoryHitWords } from "./limits.ts";

export interface UsageSampler {
  /** Calls back with the words when the session used more than it was given. */
  follow(session: HeldSession, onExcess: (message: string) => void): void;
  /** The last sample is taken and written with the next ones. */
  forget(session: HeldSession): void;
  /** Writes what was sampled of sessions that have ended. */
  close(): Promise<void>;
}

interface Followed {
  session: HeldSession;
  onExcess: (message: string) => void;
  /** The sample before, and when it was taken. */
  before: { cpuMs: number; atMs: number } | null;
}

interface Paces {
  sampleMs: number;
  /** How often sessions with a limit are looked at. */
  memoryMs: number;
  diskMs: number;
}
const usual: Paces = { sampleMs: 2_000, memoryMs: 250, diskMs: 10_000 };

/** More than this share of a core over the time between two samples is a sign of life. */
const ACTIVE_CPUS = 0.01;

/**
 * Samples what running sessions use, all of them in one pass and one statement, and enforces what the machine does not. No
 * timer runs while no session does.
 */
export function createUsageSampler(sandbox: Sandbox, paces: Partial<Paces> = {}): UsageSampler {
  const { sampleMs, memoryMs, diskMs } = { ...usual, ...paces };
  const followed = new Map<string, Followed>();
  const last: UsageSample[] = [];
  const sampling = createRound(sampleMs, async () => {
    const samples = [...last.splice(0), ...sample([...followed.values()])];
    if (samples.length > 0) await recordUsage(db(), samples);
    return followed.size > 0;
  });
  const memory = createRound(memoryMs, async () => {
    const limited = [...followed.values()].filter(({ session }) => session.plan.memoryBytes !== null);
    const usages = measure(limited.filter(({ session }) => isWatched(session)));
    for (const { session, onExcess } of limited) {
      const used = usages.get(session.plan.sessionId)?.memoryBytes ?? 0;
      if (isOverMemory(session.plan, used)) onExcess(memoryExcess(session.plan, used));
      // The kernel may have ended a part; what is left of such a session is not to be relied on.
      const hit = isWatched(session) ? null : sandbox.memoryHit(session.directory);
      if (hit) onExcess(memoryHitWords(hit));
    }
    return limited.length > 0;
  });
  const disk = createRound(diskMs, async () => {
    const limited = [...followed.values()].filter(({ session }) => session.plan.diskBytes !== null);
    for (const { session, onExcess } of limited) {
      const used = await directorySize(session.directory);
      if (isOverDisk(session.plan, used)) onExcess(diskExcess(session.plan, used));
    }
    return limited.length > 0;
  });

  const measure = (all: readonly Followed[]): Map<string, Usage> =>
    sandbox.measure(
      all.map(({ session: { plan, directory, identity } }) => ({
        ...{ sessionId: plan.sessionId, directory, identity, preciseAboveBytes: plan.memoryBytes },
      })),
    );

  function sample(all: readonly Followed[]): UsageSample[] {
    const usages = measure(all);
    const atMs = performance.now();
    return all.flatMap((one) => {
      const usage = usages.get(one.session.plan.sessionId);
      if (usage === undefined) return [];
      const { before } = one;
      const cpus = before && Math.max(0, usage.cpuMs - before.cpuMs) / Math.max(1, atMs - before.atMs);
      one.before = { cpuMs: usage.cpuMs, atMs };
      return [sampleOf(one, usage, cpus)];
    });
  }

  return {
    follow(session, onExcess) {
      followed.set(session.plan.sessionId, { session, onExcess, before: null });
      sampling.begin();
      if (session.plan.memoryBytes !== null) memory.begin();
      if (session.plan.diskBytes !== null) disk.begin();
    },
    forget(session) {
      const one = followed.get(session.plan.sessionId);
      followed.delete(session.plan.sessionId);
      // Only a group still knows what its processes used when they have ended.
      if (one && session.means?.tree.startsWith("cgroup")) last.push(...sample([one]));
    },
    async close() {
      for (const round of [sampling, memory, disk]) round.end();
      if (last.length > 0) await recordUsage(db(), last.splice(0)).catch(() => {});
    },
  };
}

/** Before the means are known nobody relies on them. */
const isWatched = ({ means }: HeldSession): boolean => means === null || means.memory === "watchdog";

const sampleOf = ({ session }: Followed, usage: Usage, cpus: number | null): UsageSample => ({
  sessionId: session.plan.sessionId,
  cpuMs: Math.round(usage.cpuMs),
  cpus: cpus === null ? null : Math.round(cpus * 1000) / 1000,
  memoryBytes: usage.memoryBytes,
  processes: usage.processes,
  elapsedMs: Math.round(performance.now() - session.startedAtMs),
  awakeMs: awakeClockMs(),
  isActive: cpus !== null && cpus > ACTIVE_CPUS,
});

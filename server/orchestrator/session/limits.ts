import { sizeText } from "@/lib/size-text.ts";
import type { MemoryHit } from "../../sandbox/cgroup/memory-hit.ts";
import type { SessionPlan } from "./held-session.ts";

/** What a session was given is what it may use; the words for one that used more. */

type Given = Pick<SessionPlan, "memoryBytes" | "diskBytes">;

export const isOverMemory = ({ memoryBytes }: Given, used: number): boolean =>
  memoryBytes !== null && used > memoryBytes;

export const isOverDisk = ({ diskBytes }: Given, used: number): boolean => diskBytes !== null && used > diskBytes;

export const memoryExcess = ({ memoryBytes }: Given, used: number): string =>
  `Memory: its processes used ${sizeText(used)}, its limit is ${sizeText(memoryBytes ?? 0)}. It was ended.`;

export const diskExcess = ({ diskBytes }: Given, used: number): string => {
  const held = Number.isFinite(used)
    ? sizeText(used)
    : "more than can be counted (too many files, or directories that are closed or too deep)";
  return `Disk: its directory held ${held}, its limit is ${sizeText(diskBytes ?? 0)}. It was ended.`;
};

export const memoryHitWords = ({ killedCount, limitBytes }: MemoryHit, exitCode?: number): string =>
  `Memory: it reached its limit of ${sizeText(limitBytes)} and the kernel ended ${
    killedCount === 1 ? "one of its processes" : `${killedCount} of its processes`
  }. ${exitCode === undefined ? "It was ended." : `Exit code ${exitCode}.`}`;

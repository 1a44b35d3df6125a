import { isAlive } from "../../process-identity.ts";
import { isEmptyGroup, killGroup, processesIn } from "../cgroup/cgroup.ts";
import { SessionTree, type TreeSigns } from "./process-tree.ts";

/** So long nobody of those that got SIGKILL may end before it is given up; what can last is a process in an uninterruptible wait. */
const KILL_PATIENCE_MS = 5_000;
const ROUND_MAX_MS = 50;
const POLL_MAX_MS = 100;
/** A signal that finds a shell's child between fork and exec is lost; who was that young (clock ticks) hears it again. */
const YOUNG_TICKS = 20;
const AGAIN_MS = 50;
/** Known members are looked at often; for new ones, and before anything counts as over, everybody is looked at. */
const WIDE_LOOK_MS = 500;
/** Rounds of stopping before killing: a tree that forks faster than it is killed must stand still first. */
const HALT_ROUNDS = 20;
/** How long a wrapper whose tree is gone may take to write the exit status and end. */
const WRAPPER_MS = 500;

/**
 * Ends everything a session started: SIGTERM, grace, SIGKILL until none is left. Members are the processes in its control
 * groups, its wrapper with the POSIX session, everything descended from a known member, and every process that carries the
 * session's marker. A process is signalled only if its start time is still the one just read.
 * The wrapper is spared until nothing else is left, so that it can write the exit status.
 * Returns the pids that are left: [] unless something cannot be killed.
 */
export async function terminateTree(signs: TreeSigns, graceMs: number): Promise<number[]> {
  if (hasEnded(signs)) return [];
  const tree = new SessionTree(signs);
  // The kernel's list is exact; a scan counts when it finds nobody twice, as it can miss a child whose parent ends during it.
  const isExact = (signs.groups ?? []).length > 0;
  const isNobodyElse = () => isExact || tree.look().length === 0;
  if (tree.look().length === 0 && isNobodyElse()) return [];
  await ask(tree, graceMs);
  if (tree.members().length === 0 && isNobodyElse()) return [];
  await kill(tree, signs.groups ?? []);
  return tree.look();
}

/**
 * The usual end, without reading the whole process table: the wrapper is gone and the kernel has nobody in the session's groups.
 * Who has left its group by hand, which takes the right to write to another, is found by the next sweep.
 */
function hasEnded({ identity, groups = [] }: TreeSigns): boolean {
  return identity !== null && !isAlive(identity) && groups.some(isEmptyGroup) && groups.every(isNobodyIn);
}

const isNobodyIn = (group: string): boolean => processesIn(group).length === 0;

/** SIGTERM to each member once, also to those found later, and to the very young once more; waits for their end. */
async function ask(tree: SessionTree, graceMs: number): Promise<void> {
  const beganAtMs = performance.now();
  const asked = new Set<number>();
  let young: number[] | null = null;
  let lookedAtMs = beganAtMs;
  const leftMs = () => beganAtMs + graceMs - performance.now();
  for (let pauseMs = 5; tree.members().length > 0 && (asked.size === 0 || leftMs() > 0); pauseMs *= 2) {
    const fresh = tree.members().filter((pid) => !asked.has(pid));
    young ??= tree.youngerThan(YOUNG_TICKS);
    tree.signal("SIGTERM", fresh);
    for (const pid of fresh) asked.add(pid);
    if (performance.now() - beganAtMs > AGAIN_MS) tree.signal("SIGTERM", young.splice(0));
    await pause(Math.min(pauseMs, POLL_MAX_MS, leftMs()));
    tree.lookAtKnown();
    if (tree.offspring().length > 0 && performance.now() - lookedAtMs < WIDE_LOOK_MS) continue;
    tree.look();
    lookedAtMs = performance.now();
  }
}

async function kill(tree: SessionTree, groups: readonly string[]): Promise<void> {
  for (const group of groups) killGroup(group);
  tree.look();
  const halted = new Set<number>();
  for (let round = 0; round < HALT_ROUNDS; round++) {
    const running = tree.offspring().filter((pid) => !halted.has(pid));
    if (running.length === 0) break;
    tree.signal("SIGSTOP", running);
    for (const pid of running) halted.add(pid);
    tree.look();
  }
  let fewest = Number.POSITIVE_INFINITY;
  let progressAtMs = performance.now();
  let aloneSinceMs: number | null = null;
  for (let round = 0; tree.members().length > 0; round++) {
    const nowMs = performance.now();
    if (tree.members().length < fewest) progressAtMs = nowMs;
    if (nowMs - progressAtMs > KILL_PATIENCE_MS) return;
    fewest = Math.min(fewest, tree.members().length);
    const others = tree.offspring();
    aloneSinceMs = others.length > 0 ? null : (aloneSinceMs ?? nowMs);
    const isOverdue = aloneSinceMs !== null && nowMs - aloneSinceMs > WRAPPER_MS;
    tree.signal("SIGKILL", isOverdue ? tree.members() : others);
    await pause(Math.min(1 + round, ROUND_MAX_MS));
    tree.lookAtKnown();
    if (tree.offspring().length === 0) tree.look();
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(1, ms)));

import { readdirSync } from "node:fs";
import { readGroupPlaces } from "../../server/sandbox/cgroup/cgroup-places.ts";
import { livingByWay, type WayOut, waysOut } from "../../server/sandbox/conformance/ways-out.ts";
import type { Random } from "../random.ts";

/** How long processes may outlive their session. */
export const leftMs = 5_000;

export interface TreeRound {
  /** What held the sessions. */
  by: string;
  sessions: number;
  /** Processes that were seen to live away from their command. */
  started: number;
  /** In sentences: what was still there after `leftMs`. */
  left: string[];
  /** By session: how long after its end the last process was seen; 0 where none was. */
  lastMs: number[];
}

/** What a round came to, as soon as it is known: the next may be long. */
export function tell(round: TreeRound): TreeRound {
  console.log(`${round.by}: ${round.left.length} of ${round.started} left over ${round.sessions} sessions`);
  return round;
}

export interface TreeOptions {
  count: number;
  seed: number;
}

/** Two to all of the ways, chosen by chance; `always` is one of them. */
export function chooseWays(random: Random, always: WayOut, without: readonly WayOut[] = []): Record<string, string> {
  const names = (Object.keys(waysOut) as WayOut[]).filter((way) => way !== always && !without.includes(way));
  const chosen = random.shuffle(names).slice(0, 1 + random.under(names.length));
  return Object.fromEntries([always, ...chosen].map((way) => [way, waysOut[way]]));
}

/** How many processes each session's script has started at least; a way may start several. */
export const processesOf = (word: string): number => [...livingByWay(word).values()].flat().length;

export const waysAlive = (word: string): string => [...livingByWay(word).keys()].join(", ");

/** Ends what got away, so that a broken product leaves nothing on this machine. */
export function endAll(word: string): void {
  for (const pid of [...livingByWay(word).values()].flat()) process.kill(pid, "SIGKILL");
}

/** Control groups named after one of these sessions. */
export function groupsOf(sessionIds: ReadonlySet<string>): string[] {
  const { unified, controllers } = readGroupPlaces();
  const places = new Set([unified, ...controllers.values()].filter((place) => place !== null));
  return [...places].flatMap((place) =>
    readdirSync(place).filter((name) => name.startsWith("runboard-") && sessionIds.has(name.slice("runboard-".length))),
  );
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../server/process-identity.ts";
import { type WayOut, wayOutScript } from "../../server/sandbox/conformance/ways-out.ts";
import { eventually } from "../../server/sandbox/eventually.ts";
import { type TreeMeans, treeMeans } from "../../server/sandbox/means.ts";
import type { Sandbox } from "../../server/sandbox/port.ts";
import { probeMeans } from "../../server/sandbox/probe-means.ts";
import { createProcessSandbox } from "../../server/sandbox/process-sandbox.ts";
import { createSessionDirectory } from "../../server/sandbox/session-directory.ts";
import { type Spawner, startSpawner } from "../../server/sandbox/spawner/spawner.ts";
import { type Random, randomOf } from "../random.ts";
import {
  chooseWays,
  endAll,
  groupsOf,
  leftMs,
  processesOf,
  type TreeOptions,
  type TreeRound,
  tell,
  waysAlive,
} from "./tree-round.ts";

const path = "/usr/local/bin:/usr/bin:/bin";
const atOnce = 4;

/** How a session comes to its end. Killed: its wrapper with -9. Adopted: by somebody who knows only its directory, after the helper died. */
const ends = ["exited", "running", "killed", "adopted"] as const;
type End = (typeof ends)[number];

/** One round by each means this machine has, with what that means promises. */
export async function sandboxTrees({ count, seed }: TreeOptions): Promise<TreeRound[]> {
  const root = mkdtempSync(join(tmpdir(), "runboard-trees-"));
  const spawner = await startSpawner();
  const rounds: TreeRound[] = [];
  for (const means of treeMeans) {
    const isHere = await probeMeans(spawner, { path, only: means }).then(
      () => true,
      () => false,
    );
    if (isHere) rounds.push(tell(await roundBy({ means, root }, { count, random: randomOf(seed, means) })));
    else console.log(`${means}: not on this machine`);
  }
  await spawner.close();
  rmSync(root, { recursive: true, force: true });
  return rounds;
}

interface Place {
  means: TreeMeans;
  root: string;
}

interface Wanted {
  n: number;
  end: End;
  random: Random;
}

async function roundBy(place: Place, { count, random }: { count: number; random: Random }): Promise<TreeRound> {
  const { means } = place;
  const round: TreeRound = { by: means, sessions: count, started: 0, left: [], lastMs: [] };
  const waiting: Wanted[] = Array.from({ length: count }, (_, n) => ({ n, end: random.pick(ends), random }));
  const ids = new Set<string>();
  const work = async () => {
    // Each has a helper of its own, which it may kill.
    const spawner = await startSpawner();
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const one = await oneSession({ ...place, spawner }, next);
      ids.add(one.sessionId);
      round.started += one.started;
      round.left.push(...one.left);
      round.lastMs.push(one.lastMs);
    }
    await spawner.close();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  round.left.push(...groupsOf(ids).map((name) => `by ${means}: the control group ${name}`));
  return round;
}

async function oneSession({ means, spawner, root }: Place & { spawner: Spawner }, { n, end, random }: Wanted) {
  const sessionId = `tree-${process.pid}-${means}-${n}`;
  const word = `${sessionId}-`;
  const directory = join(root, sessionId);
  await createSessionDirectory(directory);
  const ways = chooseWays(random, ...promisedBy(means, end));
  const script = wayOutScript(word, ways, end === "exited" ? "sleep 0.3; exit 3" : "sleep 1000; :");
  const sandbox = createProcessSandbox(spawner, { path, only: means });
  const plan = { command: "sh", args: ["-c", script], workingDirectory: null, environment: {} };
  const { identity } = await sandbox.launch({ ...plan, sessionId, directory });
  await eventually(() => processesOf(word) >= Object.keys(ways).length);
  const started = processesOf(word);
  if (end === "killed") process.kill(identity.pid, "SIGKILL");
  if (end === "adopted") process.kill(await eventually(() => spawner.helperPid()), "SIGKILL");
  if (end === "exited" || end === "killed")
    await eventually(async () => (await sandbox.look(directory, identity)).kind !== "running");
  const adopter: Sandbox = end === "adopted" ? createProcessSandbox(spawner, { path, only: means }) : sandbox;
  const given = end === "adopted" ? null : identity;
  const unended = await adopter.terminate(sessionId, directory, given, 200);
  const lastMs = await lastSeen(word);
  const left = [
    ...(processesOf(word) > 0 ? [`by ${means}, ${end}: ${waysAlive(word)}`] : []),
    ...(isAlive(identity) ? [`by ${means}, ${end}: the wrapper`] : []),
    ...unended.map((pid) => `by ${means}, ${end}: ${pid} is said to be left`),
  ];
  endAll(word);
  await adopter.remove(directory);
  return { sessionId, started, left, lastMs };
}

/** One way that is always taken, and those that this means does not promise to find. */
function promisedBy(means: TreeMeans, end: End): [WayOut, WayOut[]] {
  const findsShed = means.startsWith("cgroup") || (means === "subreaper" && end !== "killed");
  return findsShed ? ["every sign shed", []] : ["double fork", ["every sign shed"]];
}

/** Milliseconds from now until nothing of it was seen any more; at most as long as anything may be left. */
async function lastSeen(word: string): Promise<number> {
  const beganMs = performance.now();
  let lastMs = 0;
  while (processesOf(word) > 0 && lastMs < leftMs) {
    await sleep(20);
    lastMs = performance.now() - beganMs;
  }
  return lastMs;
}

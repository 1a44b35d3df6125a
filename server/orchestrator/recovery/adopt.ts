import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import { awakeClockMs } from "../../awake-clock.ts";
import { readMeans } from "../../sandbox/cgroup/session-groups.ts";
import { readStartCommit, sessionPaths } from "../../sandbox/session-directory.ts";
import { SpawnerLostError } from "../../sandbox/spawner/spawner.ts";
import type { Services } from "../services.ts";
import { type HeldSession, holdSession } from "../session/held-session.ts";
import { watchToEnd } from "../session/runner.ts";
import { identityOf, planOf, type SandboxRow, sandboxDetails } from "../session/sandbox-row.ts";

/**
 * Takes up what is ours by its row but in nobody's hands: left by a dead predecessor, or by a turn whose answer was lost.
 * A turn under way may just be claiming or settling what was seen, so it is waited for and the rows are read again.
 */
export async function adoptLeft(services: Services): Promise<void> {
  const predecessors = [...services.takenOver.keys()];
  await takeUpLeft(services);
  for (const id of predecessors) services.takenOver.set(id, "adopted");
}

async function takeUpLeft(services: Services): Promise<void> {
  const suspects = (await present(services)).filter((row) => !services.held.has(row.sessionId));
  if (suspects.length === 0) return;
  await services.turns.turnEnd();
  const left = suspects.filter((row) => !services.held.has(row.sessionId)).map((row) => row.sessionId);
  for (const row of await present(services, left)) takeUp(services, row);
}

const present = ({ worker }: Services, sessionIds?: string[]) =>
  db().sandbox.findMany({
    where: { workerId: worker.id, terminatedAt: null, ...(sessionIds ? { sessionId: { in: sessionIds } } : {}) },
    include: sandboxDetails,
  });

function takeUp(services: Services, row: SandboxRow): void {
  const session = holdSession(planOf(row), row.task.spec);
  session.identity = identityOf(row);
  session.startCommit = row.session.baseCommit;
  session.gitDir = services.mirrors.known(session.plan);
  session.startedAtMs = performance.now() - elapsedOf(row.session);
  services.held.set(row.sessionId, session);
  services.loose.delete(row.sessionId);
  const isLive = isSessionLive(row.session.status);
  if (!isLive) session.superseded.abort();
  logger.info(
    { session: row.sessionId, task: session.plan.key },
    isLive ? "adopting a session" : "ending a left sandbox",
  );
  void adopt(services, session, Number(row.readBytes)).catch((thrown) => letGo(services, row.sessionId, thrown));
}

/** What it has used of its time limit, a sleep of the machine left out. Before the first sample only the wall clock knows. */
export function elapsedOf({ usage, startedAt }: Pick<SandboxRow["session"], "usage" | "startedAt">): number {
  const { elapsedMs, awakeMs } = usage as { elapsedMs?: number; awakeMs?: number };
  const sinceSampleMs = awakeClockMs() - (awakeMs ?? 0);
  if (elapsedMs === undefined || awakeMs === undefined || sinceSampleMs < 0) return Date.now() - startedAt.getTime();
  return elapsedMs + sinceSampleMs;
}

/**
 * Something unforeseen went wrong with a session: out of our hands, so that the next round takes it up from its rows. The helper going,
 * with us or before us, is not unforeseen.
 */
export function letGo({ held, loose }: Services, sessionId: string, thrown: unknown): void {
  const level = thrown instanceof SpawnerLostError ? "info" : "error";
  logger[level]({ err: thrown, session: sessionId }, "a session was let go and will be taken up again");
  const session = held.get(sessionId);
  if (session) loose.set(sessionId, session);
  held.delete(sessionId);
}

async function adopt(services: Services, session: HeldSession, readBytes: number): Promise<void> {
  const { sandbox } = services;
  session.startCommit ??= readStartCommit(session.directory);
  const started = readMeans(session.directory);
  session.means = started?.means ?? null;
  // What a row says is not changed by a file that may lie within the session's reach.
  if (session.identity === null) session.provider = started?.provider ?? null;
  services.shipper.follow(session.plan.sessionId, sessionPaths(session.directory).output, readBytes);
  let outcome = await sandbox.look(session.directory, session.identity);
  if (outcome.kind === "never-launched" && !(await sandbox.forbidLaunch(session.directory))) {
    outcome = await sandbox.look(session.directory, session.identity);
  }
  if (outcome.kind === "running") session.identity = outcome.identity;
  await watchToEnd(services, session);
}

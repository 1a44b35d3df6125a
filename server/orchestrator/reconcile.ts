import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import { isAlive, type ProcessIdentity } from "../process-identity.ts";
import { sessionPaths } from "../sandbox/session-directory.ts";
import { type HeldSession, holdSession, type SessionPlan } from "./held-session.ts";
import { watchToEnd } from "./runner.ts";
import type { Services } from "./services.ts";
import { judge } from "./verdict.ts";

/**
 * Makes rows and processes agree again, whatever happened before: at start and every few seconds. Everything it finds is
 * decided by looking at the process table and the session's directory, never by how long ago something was.
 */
export async function reconcile(services: Services): Promise<void> {
  const signs = await lookForSigns(services);
  if (signs.others > 0) await takeOverFromTheDead(services);
  if (signs.others > 0 || signs.mine.some((id) => !services.held.has(id))) await resume(services);
  await dropSuperseded(services);
  if (signs.isExpired) await giveUpExpired(services);
}

interface Signs {
  /** Other orchestrators of this host that have a row. */
  others: number;
  /** Sessions whose sandbox is ours and not proven gone. */
  mine: string[];
  /** Some session elsewhere has outlived its lease by as long again. */
  isExpired: boolean;
}

/** Whether there is anything to reconcile, in one round trip: at rest there is not. */
async function lookForSigns({ worker }: Services): Promise<Signs> {
  const [signs] = await db().$queryRaw<[Signs]>`
    SELECT
      (SELECT count(*)::int FROM "Worker" WHERE "hostId" = ${worker.hostId}::uuid AND id <> ${worker.id}::uuid) AS others,
      (SELECT coalesce(jsonb_agg("sessionId"), '[]') FROM "Sandbox"
        WHERE "hostId" = ${worker.hostId}::uuid AND "workerId" = ${worker.id}::uuid AND "terminatedAt" IS NULL) AS mine,
      EXISTS (SELECT 1 FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id
        WHERE s.status IN ('STARTING', 'RUNNING') AND b."hostId" <> ${worker.hostId}::uuid
          AND s."leaseUntil" < clock_timestamp() - make_interval(secs => ${env.RUNBOARD_LEASE_MS / 1000}::float8)) AS "isExpired"`;
  return signs;
}

/** Sessions and sandboxes of orchestrators of this host that are gone become ours. */
async function takeOverFromTheDead({ worker }: Services): Promise<void> {
  const others = await db().worker.findMany({ where: { hostId: worker.hostId, id: { not: worker.id } } });
  const gone = others.filter((other) => other.stoppedAt !== null || !isAlive(other));
  if (gone.length === 0) return;
  const ids = gone.map(({ id }) => id);
  await db().$executeRaw`
    WITH sessions AS (
      UPDATE "Session" SET "workerId" = ${worker.id}::uuid, "heartbeatAt" = clock_timestamp(),
        "leaseUntil" = clock_timestamp() + make_interval(secs => ${env.RUNBOARD_LEASE_MS / 1000}::float8)
      WHERE "workerId" = ANY (${ids}::uuid[]) AND status IN ('STARTING', 'RUNNING')
    ), sandboxes AS (
      UPDATE "Sandbox" SET "workerId" = ${worker.id}::uuid WHERE "workerId" = ANY (${ids}::uuid[]) AND "terminatedAt" IS NULL
    )
    DELETE FROM "Worker" WHERE id = ANY (${ids}::uuid[])`;
}

/**
 * Takes up what is ours by its row but in nobody's hands: left by a dead predecessor, or by a turn whose answer was lost.
 * A turn under way may just be claiming or settling what was seen, so it is waited for and the rows are read again.
 */
async function resume(services: Services): Promise<void> {
  const suspects = (await present(services)).filter((row) => !services.held.has(row.sessionId));
  if (suspects.length === 0) return;
  await services.turns.turnEnd();
  const left = suspects.filter((row) => !services.held.has(row.sessionId)).map((row) => row.sessionId);
  for (const row of await present(services, left)) takeUp(services, row);
}

const present = ({ worker }: Services, sessionIds?: string[]) =>
  db().sandbox.findMany({
    where: { workerId: worker.id, terminatedAt: null, ...(sessionIds ? { sessionId: { in: sessionIds } } : {}) },
    include: { session: true, task: { include: { project: true } } },
  });

type SandboxRow = Awaited<ReturnType<typeof present>>[number];

function takeUp(services: Services, row: SandboxRow): void {
  const session = holdSession(planOf(row));
  session.identity = identityOf(row);
  session.startCommit = row.session.baseCommit;
  session.gitDir = services.mirrors.known(session.plan);
  session.startedAtMs = performance.now() - (Date.now() - row.session.startedAt.getTime());
  services.held.set(row.sessionId, session);
  const isLive = isSessionLive(row.session.status);
  if (!isLive) session.superseded.abort();
  logger.info(
    { session: row.sessionId, task: session.plan.key },
    isLive ? "adopting a session" : "ending a left sandbox",
  );
  void adopt(services, session, Number(row.readBytes)).catch((thrown) => letGo(services, row.sessionId, thrown));
}

/** Something unforeseen went wrong with a session: out of our hands, so that the next round takes it up from its rows. */
export function letGo({ held }: Services, sessionId: string, thrown: unknown): void {
  logger.error({ err: thrown, session: sessionId }, "a session was let go and will be taken up again");
  held.delete(sessionId);
}

async function adopt(services: Services, session: HeldSession, readBytes: number): Promise<void> {
  const { sandbox } = services;
  services.shipper.follow(session.plan.sessionId, sessionPaths(session.directory).output, readBytes);
  let outcome = await sandbox.look(session.directory, session.identity);
  if (outcome.kind === "never-launched" && !(await sandbox.forbidLaunch(session.directory))) {
    outcome = await sandbox.look(session.directory, session.identity);
  }
  if (outcome.kind === "running") session.identity = outcome.identity;
  await watchToEnd(services, session);
}

/** Sessions in our hands that ended without us (cancelled, reported over HTTP, given up by another host) are told so. */
export async function dropSuperseded({ worker, held }: Services): Promise<void> {
  const ids = [...held.keys()];
  if (ids.length === 0) return;
  const live = await db().session.findMany({
    where: { id: { in: ids }, workerId: worker.id, status: { in: ["STARTING", "RUNNING"] } },
    select: { id: true },
  });
  const mine = new Set(live.map(({ id }) => id));
  for (const id of ids) if (!mine.has(id)) held.get(id)?.superseded.abort();
}

/** A lease that ran out, and as long again: the host that held it is taken for lost. Ours are proven, not guessed. */
async function giveUpExpired(services: Services): Promise<void> {
  const marginSeconds = env.RUNBOARD_LEASE_MS / 1000;
  const expired = await db().$queryRaw<{ id: string }[]>`
    SELECT s.id FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id
    WHERE s.status IN ('STARTING', 'RUNNING') AND b."hostId" <> ${services.worker.hostId}::uuid
      AND s."leaseUntil" < clock_timestamp() - make_interval(secs => ${marginSeconds}::float8)`;
  for (const { id } of expired) {
    const row = await db().sandbox.findUniqueOrThrow({
      where: { sessionId: id },
      include: { session: true, task: { include: { project: true } } },
    });
    const message = "The orchestrator that held the session stopped answering.";
    const report = judge(planOf(row), { kind: "failed", reason: "LEASE_EXPIRED", message }, services.config);
    await services.turns.settle({ ...report, workerId: row.session.workerId, terminated: true });
  }
}

function planOf({ id, session, task }: SandboxRow): SessionPlan {
  const { project } = task;
  return {
    sessionId: session.id,
    sandboxId: id,
    taskId: task.id,
    projectId: project.id,
    key: `${project.key}-${task.number}`,
    title: task.title,
    type: task.type,
    attempt: session.attempt,
    branch: session.branch,
    failures: task.failures,
    losses: task.losses,
    maxAttempts: task.maxAttempts,
    timeoutSeconds: task.timeoutSeconds,
    retryPolicy: task.retryPolicy as SessionPlan["retryPolicy"],
    cpus: session.cpus,
    memoryBytes: session.memoryBytes === null ? null : Number(session.memoryBytes),
    diskBytes: session.diskBytes === null ? null : Number(session.diskBytes),
    settings: project.settings as SessionPlan["settings"],
    gitDir: project.gitDir,
    repoUrl: project.repoUrl,
    baseBranch: project.baseBranch,
  };
}

function identityOf({ bootId, pid, startTime }: SandboxRow): ProcessIdentity | null {
  return bootId === null || pid === null || startTime === null ? null : { bootId, pid, startTime };
}

/** Directories of sessions that no row speaks of any more: their processes are ended, then they go. Once, at start. */
export async function sweepDirectories({ sandbox }: Services): Promise<void> {
  const names = await readdir(home.sessions).catch(() => []);
  const ids = names.filter((name) => /^[0-9a-f-]{36}$/.test(name));
  const present = await db().sandbox.findMany({
    where: { sessionId: { in: ids }, terminatedAt: null },
    select: { sessionId: true },
  });
  const wanted = new Set(present.map(({ sessionId }) => sessionId));
  for (const id of ids) {
    if (wanted.has(id)) continue;
    const directory = join(home.sessions, id);
    const left = await sandbox.terminate(id, directory, null, env.RUNBOARD_GRACE_MS);
    if (left.length === 0) await sandbox.remove(directory);
  }
}

import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { Prisma, type Sandbox as SandboxRow, type Session as SessionRow } from "@/lib/generated/prisma/client.ts";
import { findProject, isUuid } from "@/lib/project/find.ts";
import { isSessionLive, type SessionStatus } from "@/lib/session/machine.ts";
import type { Session } from "@/lib/session/schema.ts";
import { gatherFacts } from "@/lib/task/explain.ts";
import { findTask } from "@/lib/task/find.ts";
import { invalid } from "@/lib/task/list.ts";
import { cancel, start } from "@/lib/task/moves.ts";
import { viewTask } from "@/lib/task/view.ts";
import { attachCommand } from "@/lib/terminal/attach-command.ts";

export interface StartInput {
  taskId: string;
  type: "autonomous" | "interactive";
  priority?: number | undefined;
  queue: boolean;
}

/** Asks for a session: the task is approved where needed and queued. `queue: false` refuses to wait. */
export async function startSession(tx: Tx, input: StartInput, actor: Actor) {
  if (!input.queue) await refuseWithoutRoom(tx, input.taskId);
  const { task, position } = await start(tx, input.taskId, {
    actor,
    sessionType: input.type,
    ...(input.priority === undefined ? {} : { priority: input.priority }),
  });
  return { task: await viewTask(tx, task), position };
}

async function refuseWithoutRoom(tx: Tx, taskRef: string): Promise<void> {
  const task = await findTask(tx, taskRef);
  const facts = await gatherFacts(tx, [{ ...task, status: "QUEUED" }]);
  const room = facts.projectRoom.get(task.projectId);
  if (facts.running < facts.capacity && (!room || room.running < room.limit)) return;
  throw new DomainError("CAPACITY", `All ${facts.capacity} slots are taken. Start it with queue to wait for one.`, {
    running: facts.running,
    capacity: facts.capacity,
  });
}

export async function getSession(tx: Tx, id: string): Promise<Session> {
  const [row] = isUuid(id) ? await selectSessions(tx, [Prisma.sql`s.id = ${id}::uuid`], 1) : [];
  if (row === undefined) throw notFound("session", id);
  return viewSession(row);
}

export interface SessionQuery {
  projectId?: string | undefined;
  taskId?: string | undefined;
  status?: SessionStatus | undefined;
  type?: "autonomous" | "interactive" | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Sessions, newest first. Ids are UUIDv7, so their order is the order of start. */
export async function listSessions(tx: Tx, query: SessionQuery) {
  const conditions = [Prisma.sql`true`];
  if (query.projectId)
    conditions.push(Prisma.sql`s."projectId" = ${(await findProject(tx, query.projectId)).id}::uuid`);
  if (query.taskId) conditions.push(Prisma.sql`s."taskId" = ${(await findTask(tx, query.taskId)).id}::uuid`);
  if (query.status) conditions.push(Prisma.sql`s.status = ${query.status}`);
  if (query.type) conditions.push(Prisma.sql`s.type = ${query.type}`);
  if (query.cursor) conditions.push(Prisma.sql`s.id < ${cursorId(query.cursor)}::uuid`);
  const rows = await selectSessions(tx, conditions, query.limit + 1);
  const page = rows.slice(0, query.limit);
  return { items: page.map(viewSession), nextCursor: rows.length > query.limit ? page.at(-1)!.id : null };
}

/** Newest first. One statement for what is shown of a session, where `include` makes four. */
function selectSessions(tx: Tx, conditions: Prisma.Sql[], limit: number): Promise<SessionWithTask[]> {
  return tx.$queryRaw`
    SELECT s.*, p.key || '-' || t.number AS "taskKey", t.title AS "taskTitle", b.id AS "sandboxId", b.means,
      CASE WHEN t.status = 'QUEUED' AND t.attempts = s.attempt THEN t."availableAt" END AS "nextAttemptAt"
    FROM (SELECT * FROM "Session" s WHERE ${Prisma.join(conditions, " AND ")} ORDER BY s.id DESC LIMIT ${limit}) s
    JOIN "Task" t ON t.id = s."taskId" JOIN "Project" p ON p.id = t."projectId"
    LEFT JOIN "Sandbox" b ON b."sessionId" = s.id
    ORDER BY s.id DESC`;
}

export function cursorId(cursor: string): string {
  if (isUuid(cursor)) return cursor;
  throw invalid("cursor", "Not a cursor of this list");
}

/** Cancels the task a live session works on; the orchestrator then ends the sandbox. */
export async function cancelSession(tx: Tx, id: string, actor: Actor): Promise<Session> {
  const session = await getSession(tx, id);
  if (!isSessionLive(session.status)) {
    throw new DomainError("ILLEGAL_TRANSITION", `The session has ended: ${session.status}.`, {
      found: session.status,
      allowed: ["STARTING", "RUNNING"],
    });
  }
  await cancel(tx, session.taskId, actor);
  return getSession(tx, id);
}

/**
 * Another attempt of an ended session's task, with feedback. It is the last attempt that is gone on with: a conversation has one end.
 */
export async function continueSession(tx: Tx, id: string, feedback: string, actor: Actor) {
  const session = await getSession(tx, id);
  if (isSessionLive(session.status))
    throw new DomainError("ILLEGAL_TRANSITION", "The session is running: say it with session.prompt.", {
      found: session.status,
      allowed: ["SUCCEEDED", "FAILED", "TIMED_OUT", "STALLED", "CANCELLED", "LOST"],
    });
  const { task, position } = await start(tx, session.taskId, { actor, feedback });
  return { task: await viewTask(tx, task), position };
}

/** The terminal of a live interactive session. */
export async function attachSession(tx: Tx, id: string) {
  const row = await tx.session.findUnique({ where: { id }, include: { sandbox: true } });
  if (row === null) throw notFound("session", id);
  const { terminalSocket: socket } = row;
  if (socket === null || row.sandbox === null || !isSessionLive(row.status)) {
    const found = isSessionLive(row.status) ? row.type : row.status;
    throw new DomainError("ILLEGAL_TRANSITION", "Only a running interactive session has a terminal to attach to.", {
      found,
      allowed: ["interactive"],
    });
  }
  return { sessionId: id, hostId: row.sandbox.hostId, socket, command: attachCommand(socket) };
}

interface SessionWithTask extends SessionRow {
  taskKey: string;
  taskTitle: string;
  sandboxId: string | null;
  means: SandboxRow["means"] | null;
  /** Of the attempt that follows this one. */
  nextAttemptAt: Date | null;
}

function viewSession(row: SessionWithTask): Session {
  return {
    id: row.id,
    taskId: row.taskId,
    taskKey: row.taskKey,
    taskTitle: row.taskTitle,
    projectId: row.projectId,
    attempt: row.attempt,
    generation: row.generation,
    type: row.type as Session["type"],
    status: row.status as SessionStatus,
    reason: row.reason,
    message: row.message,
    agent: row.agent,
    sandboxProvider: row.sandboxProvider,
    sandboxId: row.sandboxId,
    baseCommit: row.baseCommit,
    branch: row.branch,
    resultCommit: row.resultCommit,
    startedAt: row.startedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    exitCode: row.exitCode,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    logBytes: Number(row.logBytes),
    droppedBytes: Number(row.droppedBytes),
    requestedBy: row.requestedBy,
    cpus: row.cpus,
    memoryBytes: row.memoryBytes === null ? null : Number(row.memoryBytes),
    diskBytes: row.diskBytes === null ? null : Number(row.diskBytes),
    activeAt: row.activeAt.toISOString(),
    monitoredAt: row.monitoredAt?.toISOString() ?? null,
    means: (row.means ?? {}) as Session["means"],
    usage: row.usage as Session["usage"],
    agentVersion: row.agentVersion,
    model: row.model,
    tokens: {
      input: numberOf(row.inputTokens),
      output: numberOf(row.outputTokens),
      cacheRead: numberOf(row.cacheReadTokens),
      cacheWrite: numberOf(row.cacheWriteTokens),
    },
    costUsd: row.costUsd,
    liveLine: isSessionLive(row.status) ? row.liveLine : null,
    isTranscript: row.agent !== "cli" && row.type === "autonomous",
    hasTerminal: row.terminalSocket !== null,
  };
}

const numberOf = (count: bigint | null): number | null => (count === null ? null : Number(count));

import { type Actor, actorSchema } from "@/lib/actor.ts";
import { cutText } from "@/lib/cut-text.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { lockStreams, record } from "@/lib/journal.ts";
import { findProject } from "@/lib/project/find.ts";
import type { Question } from "@/lib/question/schema.ts";
import { isSessionLive, liveSessionStatuses } from "@/lib/session/machine.ts";
import { cursorId } from "@/lib/session/session.ts";
import { findTask, keyOf } from "@/lib/task/find.ts";

const withSession = { session: { include: { task: { include: { project: true } } } } } as const;

export interface QuestionQuery {
  projectId?: string | undefined;
  taskId?: string | undefined;
  sessionId?: string | undefined;
  status: "open" | "all";
  limit: number;
  cursor?: string | undefined;
}

/** Newest first: ids are UUIDv7. Throws VALIDATION_FAILED for what is no cursor. */
export async function listQuestions(tx: Tx, query: QuestionQuery) {
  const rows = await tx.question.findMany({
    where: {
      ...(query.projectId ? { projectId: (await findProject(tx, query.projectId)).id } : {}),
      ...(query.taskId ? { taskId: (await findTask(tx, query.taskId)).id } : {}),
      ...(query.sessionId ? { sessionId: query.sessionId } : {}),
      ...(query.status === "open" ? { answeredAt: null, session: { status: { in: [...liveSessionStatuses] } } } : {}),
      ...(query.cursor ? { id: { lt: cursorId(query.cursor) } } : {}),
    },
    include: withSession,
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  const page = rows.slice(0, query.limit);
  return { items: page.map(viewQuestion), nextCursor: rows.length > query.limit ? page.at(-1)!.id : null };
}

export interface Answer {
  decision: "allow" | "deny";
  message?: string | undefined;
}

/**
 * Answers once: whoever is first decides. Throws ILLEGAL_TRANSITION when it was answered otherwise or its session has ended; the
 * same answer again is answered the same.
 */
export async function answerQuestion(tx: Tx, id: string, answer: Answer, actor: Actor): Promise<Question> {
  const found = await findQuestion(tx, id);
  await lockStreams(tx, [found.projectId]);
  const { count } = await tx.question.updateMany({
    where: { id, answeredAt: null, session: { status: { in: [...liveSessionStatuses] } } },
    data: { decision: answer.decision, message: answer.message ?? null, answeredBy: actor, answeredAt: new Date() },
  });
  const row = await findQuestion(tx, id);
  if (count === 1) {
    record(tx, {
      streamId: row.projectId,
      type: "QUESTION_ANSWERED",
      entityType: "session",
      entityId: row.sessionId,
      actor,
      payload: { ...payloadOf(row), decision: answer.decision },
    });
  } else if (row.decision !== answer.decision) throw alreadyOver(row);
  return viewQuestion(row);
}

export interface Asked {
  id: string;
  sessionId: string;
  askedAs: string;
  tool: string;
  input: string;
  /** From now. */
  timeoutSeconds: number;
}

/** An agent asks; the same question again, after a restart, is the one that is there. The caller holds the project's lock. */
export async function askQuestion(tx: Tx, asked: Asked, actor: Actor): Promise<void> {
  const session = await tx.session.findUniqueOrThrow({ where: { id: asked.sessionId } });
  const expiresAt = new Date(Date.now() + asked.timeoutSeconds * 1000);
  const { sessionId, askedAs, tool, input } = asked;
  const { count } = await tx.question.createMany({
    data: [
      {
        ...{ id: asked.id, sessionId, askedAs, tool, input, expiresAt },
        ...{ taskId: session.taskId, projectId: session.projectId },
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return;
  record(tx, {
    streamId: session.projectId,
    type: "QUESTION_ASKED",
    entityType: "session",
    entityId: sessionId,
    actor,
    payload: {
      ...{ taskId: session.taskId, attempt: session.attempt, questionId: asked.id, tool },
      ...{ input: cutText(input, 500), expiresAt: expiresAt.toISOString() },
    },
  });
}

async function findQuestion(tx: Tx, id: string) {
  const row = await tx.question.findUnique({ where: { id }, include: withSession });
  if (row === null) throw notFound("question", id);
  return row;
}
type QuestionRow = Awaited<ReturnType<typeof findQuestion>>;

const payloadOf = ({ id, taskId, tool, session }: QuestionRow) => ({
  ...{ taskId, attempt: session.attempt, questionId: id, tool },
});

function alreadyOver({ decision, session }: QuestionRow): DomainError {
  const found = decision ?? "ENDED";
  const message =
    decision === null
      ? `The session of this question has ended: ${session.status}.`
      : `This question was answered already: ${decision}.`;
  return new DomainError("ILLEGAL_TRANSITION", message, { found, allowed: ["open"] });
}

function viewQuestion(row: QuestionRow): Question {
  const { session } = row;
  return {
    ...{ id: row.id, sessionId: row.sessionId, taskId: row.taskId, projectId: row.projectId },
    ...{ taskKey: keyOf(session.task), taskTitle: session.task.title, attempt: session.attempt },
    ...{ tool: row.tool, input: row.input },
    askedAt: row.askedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    isOpen: row.answeredAt === null && isSessionLive(session.status),
    decision: row.decision as Question["decision"],
    message: row.message,
    answeredBy: row.answeredBy === null ? null : actorSchema.parse(row.answeredBy),
    answeredAt: row.answeredAt?.toISOString() ?? null,
  };
}

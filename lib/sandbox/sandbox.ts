import { createHash } from "node:crypto";
import type { Actor } from "@/lib/actor.ts";
import { readConfig } from "@/lib/config/config.ts";
import type { Tx } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { lockStreams } from "@/lib/journal.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import { appendLog } from "@/lib/session/log.ts";
import type { SessionReason } from "@/lib/session/machine.ts";
import { asReport, decideRetry, isWaitingReason, policyOf, type RetryAnswer } from "@/lib/session/retry.ts";
import { type Report, step } from "@/lib/session/settle.ts";
import { countWaits } from "@/lib/session/waits.ts";
import type { RetryPolicy } from "@/lib/task/schema.ts";

/** Tokens are kept as SHA-256; they are 256 bits of randomness, so a slow hash would add nothing. */
export const hashToken = (token: string): string => createHash("sha256").update(token).digest("hex");

export interface CompletionInput {
  sandboxId: string;
  taskId: string;
  success: boolean;
  result?: unknown;
  errorMessage?: string | undefined;
  /** ISO 8601, or seconds from now: its provider asked to wait. */
  rateLimitedUntil?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/**
 * The result of a session, whoever says it. Accepted once per attempt and only for the current one: the same report
 * again gets the same answer, any other is STALE_ATTEMPT.
 */
export async function taskComplete(tx: Tx, input: CompletionInput, actor: Actor) {
  const sandbox = await findSandbox(tx, input.sandboxId);
  await lockStreams(tx, [sandbox.task.projectId]);
  const { answers } = await step(tx, { reports: [await judge(tx, input, actor)] });
  const answer = answers[0]?.answer;
  if (answer === undefined || !answers[0]?.accepted) {
    throw new DomainError(
      "STALE_ATTEMPT",
      "This attempt has already ended, or the task is not the one of this sandbox.",
      {
        sandboxId: input.sandboxId,
        taskId: input.taskId,
      },
    );
  }
  return answer;
}

async function judge(tx: Tx, input: CompletionInput, actor: Actor): Promise<Report> {
  const { sandboxId, taskId } = input;
  const said = { sandboxId, taskId, actor, report: reportOf(input) };
  if (input.success)
    return {
      ...said,
      taskVerb: "succeed",
      sessionVerb: "succeed",
      reason: "REPORTED",
      ...(input.result === undefined ? {} : { result: input.result }),
    };
  const askedMs = await askedWaitMs(tx, input);
  const reason = askedMs === null ? "REPORTED" : "RATE_LIMITED";
  return {
    ...said,
    ...ofOwnTask(await again(tx, sandboxId, { reason, ...(askedMs === null ? {} : { askedMs }) })),
    sessionVerb: "fail",
    reason,
    message: input.errorMessage ?? unsaid[reason],
  };
}

/** A session's word delays its own task only. That its type of agent pauses, for everybody, a driver says who has read the agent. */
const ofOwnTask = ({ pauseMs: _, ...own }: RetryAnswer): ReturnType<typeof asReport> => asReport(own);

const unsaid = {
  REPORTED: "The sandbox reported a failure.",
  RATE_LIMITED: "The sandbox reported that its provider asked to wait.",
};

/** What is kept, to know the same report again; what was not said has no place in it. */
const reportOf = ({ success, result, errorMessage, rateLimitedUntil, retryAfterSeconds }: CompletionInput) => ({
  success,
  result: result ?? null,
  errorMessage: errorMessage ?? null,
  ...(rateLimitedUntil === undefined ? {} : { rateLimitedUntil }),
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

/** How long its provider asked to wait; the longer one where it said both. Null: it was not asked to. */
async function askedWaitMs(tx: Tx, { rateLimitedUntil, retryAfterSeconds }: CompletionInput): Promise<number | null> {
  const all = [
    ...(rateLimitedUntil === undefined ? [] : [await msUntil(tx, rateLimitedUntil)]),
    ...(retryAfterSeconds === undefined ? [] : [retryAfterSeconds * 1000]),
  ];
  return all.length === 0 ? null : Math.max(0, ...all);
}

/** On the clock everything waits by. */
async function msUntil(tx: Tx, time: string): Promise<number> {
  const [row] = await tx.$queryRaw<[{ ms: number }]>`
    SELECT extract(epoch FROM ${new Date(time)}::timestamptz - clock_timestamp())::float8 * 1000 AS ms`;
  return row.ms;
}

async function again(tx: Tx, sandboxId: string, asked: { reason: SessionReason; askedMs?: number }) {
  const { session, task } = await tx.sandbox.findUniqueOrThrow({
    where: { id: sandboxId },
    include: { session: { select: { taskId: true, attempt: true } }, task: { include: { project: true } } },
  });
  const { failures, losses, maxAttempts, project } = task;
  const policy = policyOf({
    task: task.retryPolicy as RetryPolicy | null,
    project: project.settings as Partial<ProjectSettings>,
    instance: await readConfig(tx),
  });
  const waits = isWaitingReason(asked.reason) ? await countWaits(tx, session) : 0;
  return decideRetry({ ...asked, failures, losses, maxAttempts, waits }, policy);
}

/** A sandbox says that it is alive; its lease is renewed on the database's clock. */
export async function heartbeat(tx: Tx, sandboxId: string): Promise<{ leaseUntil: string }> {
  const sandbox = await findSandbox(tx, sandboxId);
  const rows = await tx.$queryRaw<{ leaseUntil: Date }[]>`
    UPDATE "Session" SET "heartbeatAt" = clock_timestamp(),
      "leaseUntil" = clock_timestamp() + make_interval(secs => ${env.RUNBOARD_LEASE_MS / 1000}::float8)
    WHERE id = ${sandbox.sessionId}::uuid AND status IN ('STARTING', 'RUNNING') RETURNING "leaseUntil"`;
  if (!rows[0]) throw new DomainError("STALE_ATTEMPT", "This attempt has already ended.");
  return { leaseUntil: rows[0].leaseUntil.toISOString() };
}

/** A sandbox that keeps no file of ours appends to its session's output. */
export async function sandboxLog(tx: Tx, input: { sandboxId: string; text: string }): Promise<{ nextOffset: number }> {
  const sandbox = await findSandbox(tx, input.sandboxId);
  const session = await tx.session.findUniqueOrThrow({ where: { id: sandbox.sessionId } });
  if (session.endedAt !== null) throw new DomainError("STALE_ATTEMPT", "This attempt has already ended.");
  return { nextOffset: await appendLog(tx, session.id, Buffer.from(input.text, "utf8"), await readConfig(tx)) };
}

async function findSandbox(tx: Tx, id: string) {
  const sandbox = await tx.sandbox.findUnique({ where: { id }, include: { task: { select: { projectId: true } } } });
  if (sandbox === null) throw notFound("sandbox", id);
  return sandbox;
}

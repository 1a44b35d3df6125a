import { randomUUID } from "node:crypto";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll } from "vitest";
import type { z } from "zod";
import { owner } from "@/lib/actor.ts";
import { contract } from "@/lib/contract.ts";
import { db, switchDatabase } from "@/lib/db.ts";
import { newSecret } from "@/lib/env.ts";
import { DomainError, type ErrorCode } from "@/lib/errors.ts";
import { type Call, invoke } from "@/lib/invoke.ts";
import { inJournaledTransaction, since } from "@/lib/journal.ts";
import { createProject } from "@/lib/project/project.ts";
import type { Project } from "@/lib/project/schema.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import type { OutputPiece } from "@/lib/session/log.ts";
import { type Claim, type Report, type StepInput, step, type Ticket } from "@/lib/session/settle.ts";
import type { NewTask } from "@/lib/task/create.ts";
import type { Task } from "@/lib/task/schema.ts";
import { createTestDatabase } from "@/server/database/test-database.ts";

/** A database of one's own for a test file. */
export function provideTestDatabase(): void {
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = database.drop;
    await switchDatabase(database.url);
  });
  afterAll(async () => {
    await db().$disconnect();
    await drop();
  });
}

/** Calls an operation as the owner, as every edge does: the catalogue's schema first, then invoke. */
export const call = <Output = Task>(
  noun: string,
  verb: string,
  input: object,
  how: Partial<Call> = {},
): Promise<Output> => invoke(noun, verb, parseInput(noun, verb, input), { caller: owner, ...how }) as Promise<Output>;

export const inputSchemaOf = (noun: string, verb: string): z.ZodType =>
  (contract as unknown as Record<string, Record<string, { "~orpc": { inputSchema: z.ZodType } }>>)[noun]![verb]![
    "~orpc"
  ].inputSchema;

const parseInput = (noun: string, verb: string, input: object): unknown => inputSchemaOf(noun, verb).parse(input);

/** The refusal of a call, and only that: anything else fails the test. */
export async function refusal(work: Promise<unknown>, code: ErrorCode): Promise<DomainError> {
  const thrown = await work.then(
    () => new Error("It was not refused."),
    (error: unknown) => error,
  );
  if (thrown instanceof DomainError && thrown.code === code) return thrown;
  throw thrown;
}

/** Puts a task where no call would take it; only for tests that ask what is possible from there. */
export async function putTask(taskId: string, status: string): Promise<void> {
  await db().$executeRaw`UPDATE "Task" SET status = ${status} WHERE id = ${taskId}::uuid`;
}

/** A project without a repository behind it: enough for everything that runs nothing. */
export function newProject(name = `Project ${randomUUID().slice(0, 8)}`): Promise<Project> {
  const facts = {
    ok: true,
    code: null,
    message: null,
    gitDir: "/nowhere",
    defaultBranch: "main",
    branches: ["main"],
    headCommit: null,
    isClean: true,
    isWritable: true,
  };
  return inJournaledTransaction((tx) => createProject(tx, { name }, { facts, actor: owner.actor }));
}

export const newTask = (projectId: string, task: Partial<NewTask> = {}): Promise<Task> =>
  call("task", "create", { projectId, title: "a task", spec: { command: "true" }, status: "APPROVED", ...task });

/** Nothing runs, nothing waits, nobody works: workers see every project of the file, so tests that claim start here. */
export async function quiet(): Promise<void> {
  for (const { id } of await db().project.findMany({ where: { archivedAt: null } }))
    await call("project", "archive", { projectId: id });
  await db().worker.updateMany({ data: { leaseUntil: new Date(0), stoppedAt: new Date() } });
}

export interface TestWorker {
  id: string;
  /** One turn of an orchestrator: reports in, free slots given out. */
  step(
    reports?: StepInput["reports"],
    slots?: number,
  ): Promise<Awaited<ReturnType<typeof step>> & { tokens: Map<string, string> }>;
}

/** A worker that claims but runs nothing. */
export async function newWorker(maxConcurrent = 100, leaseMs = 60_000): Promise<TestWorker> {
  const id = uuid();
  await db().worker.create({
    data: {
      id,
      hostId: uuid(),
      bootId: "boot",
      pid: 1,
      startTime: "0",
      maxConcurrent,
      leaseUntil: new Date(Date.now() + leaseMs),
    },
  });
  return {
    id,
    step: async (reports = [], slots = 100) => {
      const tokens = new Map<string, string>();
      const tickets: Ticket[] = Array.from({ length: slots }, () => {
        const [sandboxId, token] = [uuid(), newSecret()];
        tokens.set(sandboxId, token);
        return { sessionId: uuid(), sandboxId, tokenHash: hashToken(token) };
      });
      return { ...(await step(db(), { reports, worker: { id, tickets, leaseMs } })), tokens };
    },
  };
}

/** The judged report of a command that ended. */
export function reportOf(claim: Claim, verdict: Partial<Report> = {}): Report {
  return {
    sandboxId: claim.sandboxId,
    taskId: claim.taskId,
    taskVerb: "succeed",
    sessionVerb: "succeed",
    reason: "EXIT_ZERO",
    exitCode: 0,
    terminated: true,
    actor: { type: "session", id: claim.sessionId, name: `${claim.key} attempt ${claim.attempt}` },
    ...verdict,
  };
}

/** Whole lines of a session's output, read from its file. */
export function pieceOf(sessionId: string, start: number, text: string): OutputPiece {
  const bytes = Buffer.from(text);
  return { sessionId, start, startLine: 0, end: start + bytes.length, line: 0, bytes, dropped: 0 };
}

export const eventsOf = (projectId: string) => since(projectId, { after: 0, limit: 10_000 });

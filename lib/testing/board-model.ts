import fc from "fast-check";
import { expect } from "vitest";
import { DomainError, type ErrorCode } from "@/lib/errors.ts";
import type { Claim, Report } from "@/lib/session/settle.ts";
import { findTaskMove, isTaskMoveLegal, type TaskStatus, type TaskVerb } from "@/lib/task/machine.ts";
import { brokenInvariants, snapshot } from "@/lib/testing/invariants.ts";
import { call, newProject, newTask, newWorker, quiet, reportOf, type TestWorker } from "@/lib/testing/world.ts";

/** Few cards, so that what happens to one soon matters to another. */
const cardsMax = 6;

interface Card {
  id: string;
  status: TaskStatus;
  waitsFor: Set<string>;
  queuedBy: "person" | "system" | null;
  isForced: boolean;
  isDelayed: boolean;
  hasSandbox: boolean;
  generation: number;
  attempts: number;
}

interface Model {
  cards: Map<string, Card>;
  isAutonomous: boolean;
  sessionLimit: number;
  slots: number;
  live: Claim[];
  /** Sessions that have ended and whose processes are not proven gone. */
  lingering: Claim[];
}

interface Real {
  projectId: string;
  worker: TestWorker;
}

type Step = fc.AsyncCommand<Model, Real>;

const isBlocked = (model: Model, card: Card) =>
  [...card.waitsFor].some((id) => model.cards.get(id)!.status !== "COMPLETED");

/** The model's rules, in words as few as possible; the machine's table is the only thing it shares with the code. */
function moveCard(model: Model, card: Card, verb: TaskVerb, to: TaskStatus): void {
  const was = card.status;
  card.status = to;
  card.isDelayed = false;
  if (verb === "reopen") card.generation += 1;
  if (verb === "claim") card.attempts += 1;
  if (!["QUEUED", "RUNNING"].includes(to)) card.isForced = false;
  if (was !== "COMPLETED") return;
  for (const other of model.cards.values()) {
    if (other.waitsFor.has(card.id) && other.status === "QUEUED" && !other.isForced)
      moveCard(model, other, "unqueue", "APPROVED");
  }
}

function reaches(model: Model, from: string, goal: string): boolean {
  const seen = new Set([from]);
  for (const id of seen) for (const next of model.cards.get(id)!.waitsFor) seen.add(next);
  return seen.has(goal);
}

const pick = (model: Model, n: number): Card => [...model.cards.values()][n % model.cards.size]!;

/** Mostly a card the verb is possible for; to reopen, one whose dependents are under way. */
function pickFor(model: Model, n: number, verb: TaskVerb): Card {
  const possible = [...model.cards.values()].filter((card) => isTaskMoveLegal(verb, card.status));
  const isUnderWay = (card: Card) => card.status === "QUEUED" || card.status === "RUNNING";
  const awaited = possible.filter(({ id }) =>
    [...model.cards.values()].some((other) => other.waitsFor.has(id) && isUnderWay(other)),
  );
  const from = verb === "reopen" && awaited.length > 0 ? awaited : possible;
  return n % 4 === 0 || from.length === 0 ? pick(model, n) : from[n % from.length]!;
}

async function expectOutcome(work: Promise<unknown>, code: ErrorCode | null): Promise<boolean> {
  const thrown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown !== null && !(thrown instanceof DomainError)) throw thrown;
  expect(thrown?.code ?? null).toBe(code);
  return code === null;
}

async function expectAgreement(model: Model, real: Real): Promise<void> {
  const found = await snapshot(real.projectId);
  expect(brokenInvariants(found)).toEqual([]);
  const stored = found.tasks.map(({ id, status, isForced, generation, attempts }) => ({
    id,
    status,
    isForced,
    generation,
    attempts,
  }));
  const wanted = [...model.cards.values()].map(({ id, status, isForced, generation, attempts }) => ({
    id,
    status,
    isForced,
    generation,
    attempts,
  }));
  expect(stored).toEqual(wanted);
  const edges = [...model.cards.values()].flatMap((card) => [...card.waitsFor].map((id) => `${card.id} ${id}`));
  expect(found.edges.map((edge) => `${edge.taskId} ${edge.dependsOnId}`).sort()).toEqual(edges.sort());
  expect(
    found.sessions
      .filter(({ endedAt }) => endedAt === null)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(model.live.map(({ sessionId }) => sessionId).sort());
}

const hasCards = (model: Model) => model.cards.size > 0;
const hasRoom = (model: Model) => model.cards.size < cardsMax;
const always = () => true;

/** One command: what it is called, what it needs, what it does to both. Agreement is checked after each. */
function command(name: string, run: (model: Model, real: Real) => Promise<void>, needs = hasCards): Step {
  return {
    check: (model) => needs(model),
    run: async (model, real) => {
      await run(model, real);
      await expectAgreement(model, real);
    },
    toString: () => name,
  };
}

const newCard = (id: string, status: TaskStatus, waitsFor: string[]): Card => ({
  id,
  status,
  waitsFor: new Set(waitsFor),
  queuedBy: null,
  isForced: false,
  isDelayed: false,
  hasSandbox: false,
  generation: 1,
  attempts: 0,
});

const create = fc
  .tuple(fc.constantFrom("DRAFT" as const, "APPROVED" as const), fc.array(fc.nat({ max: 20 }), { maxLength: 2 }))
  .map(([status, after]) =>
    command(
      `create ${status} after ${after}`,
      async (model, real) => {
        const waitsFor = model.cards.size > 0 ? [...new Set(after.map((n) => pick(model, n).id))] : [];
        const task = await newTask(real.projectId, { status, dependsOn: waitsFor });
        model.cards.set(task.id, newCard(task.id, status, waitsFor));
      },
      hasRoom,
    ),
  );

const batch = fc.integer({ min: 1, max: 3 }).map((size) =>
  command(
    `batch of ${size}`,
    async (model, real) => {
      const tasks = Array.from({ length: size }, (_, n) => ({
        ref: `${n}`,
        title: `${n}`,
        status: "APPROVED",
        spec: { command: "true" },
        dependsOn: n > 0 ? [`${n - 1}`] : [],
      }));
      const { items } = await call<{ items: { id: string }[] }>("task", "createBatch", {
        projectId: real.projectId,
        tasks,
      });
      for (const [n, { id }] of items.entries())
        model.cards.set(id, newCard(id, "APPROVED", n > 0 ? [items[n - 1]!.id] : []));
    },
    hasRoom,
  ),
);

const simple = fc
  .tuple(
    fc.nat({ max: 20 }),
    fc.constantFrom(
      "approve" as const,
      "withdraw" as const,
      "unqueue" as const,
      "cancel" as const,
      "complete" as const,
      "complete" as const,
      "reopen" as const,
      "reopen" as const,
    ),
  )
  .map(([n, verb]) =>
    command(`${verb} ${n}`, async (model) => {
      const card = pickFor(model, n, verb);
      const isLegal = isTaskMoveLegal(verb, card.status);
      if (!(await expectOutcome(call("task", verb, { taskId: card.id }), isLegal ? null : "ILLEGAL_TRANSITION")))
        return;
      if (verb === "cancel") endSession(model, card.id);
      moveCard(model, card, verb, findTaskMove(verb).to.at(-1)!);
    }),
  );

/** The session is over; its processes may still be there until somebody says otherwise. */
function endSession(model: Model, taskId: string): void {
  model.lingering.push(...model.live.filter((claim) => claim.taskId === taskId));
  model.live = model.live.filter((claim) => claim.taskId !== taskId);
}

const queue = fc.tuple(fc.nat({ max: 20 }), fc.boolean()).map(([n, force]) =>
  command(`queue ${n}${force ? " with force" : ""}`, async (model) => {
    const card = pick(model, n);
    const isLegal = isTaskMoveLegal("queue", card.status);
    const code = !isLegal ? "ILLEGAL_TRANSITION" : isBlocked(model, card) && !force ? "TASK_BLOCKED" : null;
    if (!(await expectOutcome(call("task", "queue", { taskId: card.id, force }), code))) return;
    moveCard(model, card, "queue", "QUEUED");
    Object.assign(card, { queuedBy: "person", isForced: force });
  }),
);

const addEdge = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([from, to]) =>
  command(`${from} waits for ${to}`, async (model) => {
    const [card, other] = [pick(model, from), pick(model, to)];
    const isKnown = card.waitsFor.has(other.id);
    const isClaimed = ["RUNNING", "VALIDATING", "REVIEW", "COMPLETED"].includes(card.status);
    const code = isKnown
      ? null
      : isClaimed
        ? "ILLEGAL_TRANSITION"
        : reaches(model, other.id, card.id)
          ? "DEPENDENCY_CYCLE"
          : null;
    if (
      !(await expectOutcome(call("task", "addDependency", { taskId: card.id, dependsOnId: other.id }), code)) ||
      isKnown
    )
      return;
    card.waitsFor.add(other.id);
    if (card.status === "QUEUED" && !card.isForced && other.status !== "COMPLETED")
      moveCard(model, card, "unqueue", "APPROVED");
  }),
);

const removeEdge = fc.tuple(fc.nat({ max: 20 }), fc.nat({ max: 20 })).map(([from, to]) =>
  command(`${from} no longer waits for ${to}`, async (model) => {
    const [card, other] = [pick(model, from), pick(model, to)];
    await call("task", "removeDependency", { taskId: card.id, dependsOnId: other.id });
    card.waitsFor.delete(other.id);
  }),
);

const remove = fc.nat({ max: 20 }).map((n) =>
  command(`delete ${n}`, async (model) => {
    const card = pick(model, n);
    const dependents = [...model.cards.values()].filter((other) => other.waitsFor.has(card.id));
    const isWaitedFor = dependents.some(({ status }) => !["COMPLETED", "CANCELLED"].includes(status));
    const code =
      card.status === "RUNNING" || card.hasSandbox
        ? "ILLEGAL_TRANSITION"
        : isWaitedFor && card.status !== "COMPLETED"
          ? "TASK_HAS_DEPENDENTS"
          : null;
    if (!(await expectOutcome(call("task", "delete", { taskId: card.id }), code))) return;
    model.cards.delete(card.id);
    for (const other of dependents) other.waitsFor.delete(card.id);
  }),
);

const autonomous = fc.boolean().map((enabled) =>
  command(
    `autonomous ${enabled ? "on" : "off"}`,
    async (model, real) => {
      await call("project", "setAutonomousExecution", { projectId: real.projectId, enabled });
      if (model.isAutonomous && !enabled) {
        for (const card of model.cards.values())
          if (card.status === "QUEUED" && card.queuedBy === "system") moveCard(model, card, "unqueue", "APPROVED");
      }
      model.isAutonomous = enabled;
    },
    always,
  ),
);

type Ending = "success" | "again" | "later" | "lost" | "failure";
const verdicts: Record<Ending, Partial<Report>> = {
  success: {},
  again: { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1, delayMs: 0 },
  later: { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1, delayMs: 3_600_000 },
  lost: { taskVerb: "retry", sessionVerb: "lose", reason: "LEASE_EXPIRED", losses: 1, delayMs: 0 },
  failure: { taskVerb: "fail", sessionVerb: "fail", reason: "COMMAND_NOT_FOUND", failures: 1 },
};

const turn = fc
  .tuple(
    fc.array(fc.constantFrom<Ending>("success", "success", "again", "later", "lost", "failure"), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([endings, isGone]) =>
    command(
      `a turn: ${endings.join(", ")}${isGone ? "" : ", processes still there"}`,
      async (model, { worker }) => {
        const ended = endings
          .slice(0, model.live.length)
          .map((ending, index) => ({ ending, claim: model.live[index]! }));
        const stale = isGone ? model.lingering : [];
        const reports = [
          ...ended.map(({ ending, claim }) => reportOf(claim, { ...verdicts[ending], terminated: isGone })),
          ...stale.map((claim) => reportOf(claim)),
        ];
        const { answers, claims } = await worker.step(reports);
        expect(answers.map(({ accepted }) => accepted)).toEqual([...ended.map(() => true), ...stale.map(() => false)]);
        for (const { ending, claim } of ended) settleInModel(model, claim, ending);
        if (isGone) forgetProcesses(model);
        if (model.isAutonomous) promoteInModel(model);
        claimInModel(model, claims);
      },
      always,
    ),
  );

function settleInModel(model: Model, claim: Claim, ending: Ending): void {
  const card = model.cards.get(claim.taskId)!;
  endSession(model, card.id);
  if (ending === "success" || ending === "failure") {
    const verb = ending === "success" ? "succeed" : "fail";
    moveCard(model, card, verb, findTaskMove(verb).to.at(-1)!);
    return;
  }
  moveCard(model, card, "retry", "QUEUED");
  card.isDelayed = ending === "later";
  if (card.queuedBy === "system" && !model.isAutonomous) moveCard(model, card, "unqueue", "APPROVED");
}

function forgetProcesses(model: Model): void {
  for (const { taskId } of model.lingering) {
    const card = model.cards.get(taskId);
    if (card !== undefined) card.hasSandbox = false;
  }
  model.lingering = [];
}

function promoteInModel(model: Model): void {
  for (const card of model.cards.values()) {
    if (card.status !== "APPROVED" || isBlocked(model, card)) continue;
    moveCard(model, card, "queue", "QUEUED");
    Object.assign(card, { queuedBy: "system", isForced: false });
  }
}

/** As many as there is room for, only those that may run, nobody twice. */
function claimInModel(model: Model, claims: readonly Claim[]): void {
  const mayRun = [...model.cards.values()].filter(
    (card) =>
      card.status === "QUEUED" &&
      !card.isDelayed &&
      !card.hasSandbox &&
      (card.isForced || !isBlocked(model, card)) &&
      (model.isAutonomous || card.queuedBy !== "system"),
  );
  const room = Math.min(model.sessionLimit, model.slots) - model.live.length;
  expect(claims).toHaveLength(Math.max(0, Math.min(room, mayRun.length)));
  for (const claim of claims) {
    const card = mayRun.find(({ id }) => id === claim.taskId);
    expect(card).toBeDefined();
    moveCard(model, card!, "claim", "RUNNING");
    card!.hasSandbox = true;
    expect(claim.attempt).toBe(card!.attempts);
    model.live.push(claim);
  }
}

/** Random sequences of what people and a worker do, each on a project of its own; throws with the shortest that disagrees. */
export async function runModel(numRuns: number, seed?: number): Promise<void> {
  const kinds = [create, create, batch, simple, simple, simple, queue, queue, addEdge, removeEdge, remove, autonomous];
  const steps = fc.commands([...kinds, turn, turn, turn] as fc.Arbitrary<Step>[], { maxCommands: 80, size: "max" });
  const limit = fc.integer({ min: 1, max: 3 });
  const property = fc.asyncProperty(limit, limit, steps, async (sessionLimit, slots, commands) => {
    await quiet();
    const { id: projectId } = await newProject();
    await call("project", "update", { projectId, settings: { maxConcurrentSessions: sessionLimit } });
    const worker = await newWorker(slots);
    const model: Model = { cards: new Map(), isAutonomous: false, sessionLimit, slots, live: [], lingering: [] };
    await fc.asyncModelRun(() => ({ model, real: { projectId, worker } }), commands);
  });
  await fc.assert(property, {
    numRuns,
    interruptAfterTimeLimit: 60_000,
    ...(seed === undefined ? {} : { seed, endOnFailure: true }),
  });
}

import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuid } from "uuid";
import { isRefusal } from "@/lib/database-refusal.ts";
import { db } from "@/lib/db.ts";
import { env, newSecret } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import {
  type Answer,
  type Claim,
  step as engineStep,
  type Report,
  type SandboxGone,
  type Started,
  type StepInput,
  type StepResult,
  type Ticket,
} from "@/lib/session/settle.ts";
import { createInvariant, type Invariant } from "./invariant.ts";
import { createOutage } from "./outage.ts";
import { settleApart } from "./settle-apart.ts";
import type { Worker } from "./worker.ts";

/** A claim with the token of its sandbox, which only this process knows. */
export interface Dispatch {
  claim: Claim;
  token: string;
}

interface TurnsOptions {
  worker: () => Worker;
  /** The sandboxes of the sessions this process holds now, those being settled included. */
  held: () => Iterable<string>;
  dispatch: (dispatch: Dispatch) => void;
  /** Questions about repositories wait for an answer. */
  answer: () => void;
  /** Resolves when the lease is held; nothing is claimed or settled before. */
  mayAct?: () => Promise<void>;
  /** Whether anything new may begin now; it is asked at every turn. */
  mayClaim?: () => boolean;
  /** Whether the engine takes everything in, and who is told when that changes. */
  invariant?: Invariant;
  /** The database's part of a turn; the engine when left out. */
  step?: (input: StepInput) => Promise<StepResult>;
  /** Lets time pass before a turn that failed, or was not enough, is followed by another. */
  pause?: (ms: number) => Promise<unknown>;
}

export interface Turns {
  /**
   * Takes a result in with the next turn. Resolves when it is durable; waits out a database that is away. A result that the
   * engine refuses waits aside, is tried again now and then, and holds up no other.
   */
  settle(report: Report | SandboxGone): Promise<Answer>;
  /** Records with the next turn that a session runs. Resolves when that is durable, with whether the session is still live. */
  started(started: Started): Promise<boolean>;
  /** Something may be there to claim. */
  wake(): void;
  /** No more claims; results are still taken in. */
  stopClaiming(): void;
  /** Resolves when no result waits any more. */
  idle(): Promise<void>;
  /** Resolves when the turn under way, if any, has ended: what the database shows by then is known here too. */
  turnEnd(): Promise<void>;
}

const retryMs = 250;
const unfinishedMs = 5;
/** So often a turn waits for the projects that others are writing to; the turns between pass them over, so that nobody waits for them. */
const patientMs = 1000;

/**
 * The heart of the orchestrator: one turn at a time, each one transaction in one round trip. Starts and results that come in
 * while a turn is under way share the next one, and the slots they free are given out by the same turn.
 */
export function createTurns(options: TurnsOptions): Turns {
  const {
    step = (input) => engineStep(db(), input),
    pause = sleep,
    mayAct = async () => {},
    mayClaim = () => true,
  } = options;
  const { invariant = createInvariant(() => {}) } = options;
  const waiting: Waiting[] = [];
  /** Results the engine refused by themselves. */
  const aside: Waiting[] = [];
  const outage = createOutage("turns");
  let isTurning = false;
  let wasPatientAtMs = 0;
  let isWanted = false;
  let isClaiming = true;
  const onIdle: (() => void)[] = [];
  const onTurnEnd: (() => void)[] = [];

  /** Starts alone free no slot: for them nothing is looked for, unless that was asked for. */
  const turn = async (isAsked: boolean): Promise<"again" | "rest"> => {
    await mayAct();
    if (invariant.isBroken() && !invariant.isDue()) return settleOnly(waiting.splice(0));
    const batch = [...waiting.splice(0), ...aside.splice(0)];
    const told = toldBy(batch);
    const leaving = new Set(told.reports.map(({ sandboxId }) => sandboxId));
    const staying = [...options.held()].filter((sandboxId) => !leaving.has(sandboxId));
    const free = Math.max(0, options.worker().maxConcurrent - staying.length);
    const isGiving = isAsked || told.reports.length > 0;
    const places = isGiving && isClaiming && mayClaim() ? free : 0;
    const tokens = new Map(Array.from({ length: places }, () => [uuid(), newSecret()]));
    const tickets: Ticket[] = [...tokens].map(([sandboxId, token]) => ({
      sessionId: uuid(),
      sandboxId,
      tokenHash: hashToken(token),
    }));
    try {
      const worker = { id: options.worker().id, tickets, leaseMs: env.RUNBOARD_LEASE_MS };
      const isPatient = isGiving && performance.now() - wasPatientAtMs >= patientMs;
      if (isPatient) wasPatientAtMs = performance.now();
      const result = await step({ ...told, ...(isGiving ? { worker, isPatient } : {}) });
      outage.end();
      invariant.mend();
      answerAll(batch, result);
      for (const claim of result.claims) options.dispatch({ claim, token: tokens.get(claim.sandboxId)! });
      if (result.hasQuestions) options.answer();
      return result.isUnfinished && isClaiming ? "again" : "rest";
    } catch (thrown) {
      if (isRefusal(thrown)) {
        invariant.break(thrown);
        return settleOnly(batch);
      }
      waiting.unshift(...batch);
      outage.report(thrown);
      await pause(retryMs);
      return "again";
    }
  };

  /** While the invariant is broken: results are taken in, each as if it were alone where need be, and nothing is given out. */
  const settleOnly = async (batch: Waiting[]): Promise<"again" | "rest"> => {
    const taken = new Set<Waiting>();
    try {
      const refused = await settleApart(batch, async (items) => {
        answerAll(items, await step(toldBy(items)));
        for (const item of items) taken.add(item);
      });
      aside.push(...refused.filter(isResult));
      for (const one of refused.filter(isStart)) runUnrecorded(one);
      // A turn would have said whether there are any.
      options.answer();
      return "rest";
    } catch (thrown) {
      waiting.unshift(...batch.filter((item) => !taken.has(item)));
      outage.report(thrown);
      await pause(retryMs);
      return "again";
    }
  };

  const run = async () => {
    if (isTurning) return;
    isTurning = true;
    while (isWanted || waiting.length > 0) {
      const isAsked = isWanted;
      isWanted = false;
      const next = await turn(isAsked);
      for (const resolve of onTurnEnd.splice(0)) resolve();
      if (next === "rest") continue;
      isWanted = true;
      await pause(unfinishedMs);
    }
    isTurning = false;
    for (const resolve of onIdle.splice(0)) resolve();
  };

  return {
    settle: (report) =>
      new Promise((resolve) => {
        waiting.push({ report, resolve });
        void run();
      }),
    started: (started) =>
      new Promise((resolve) => {
        waiting.push({ started, resolve });
        void run();
      }),
    wake: () => {
      isWanted = true;
      void run();
    },
    stopClaiming: () => {
      isClaiming = false;
    },
    turnEnd: () => (isTurning ? new Promise((resolve) => onTurnEnd.push(resolve)) : Promise.resolve()),
    idle: () => (isTurning ? new Promise((resolve) => onIdle.push(resolve)) : Promise.resolve()),
  };
}

interface Result {
  report: Report | SandboxGone;
  resolve: (answer: Answer) => void;
}
interface Start {
  started: Started;
  resolve: (isLive: boolean) => void;
}
/** In the order they were told. */
type Waiting = Result | Start;

const isResult = (one: Waiting): one is Result => "report" in one;
const isStart = (one: Waiting): one is Start => "started" in one;

const toldBy = (items: readonly Waiting[]) => ({
  reports: items.filter(isResult).map(({ report }) => report),
  started: items.filter(isStart).map(({ started }) => started),
});

function answerAll(items: readonly Waiting[], { answers, live }: StepResult): void {
  items.filter(isResult).forEach(({ resolve }, index) => {
    resolve(answers[index]!);
  });
  for (const { started, resolve } of items.filter(isStart)) {
    resolve(live.includes(started.sessionId));
  }
}

/** It runs all the same, and its launch ticket names its process; only the row does not. */
function runUnrecorded({ started, resolve }: Start): void {
  logger.error({ session: started.sessionId }, "the engine refused to record a started session");
  resolve(true);
}

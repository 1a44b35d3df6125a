import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { type AgentFacts, recordAgents } from "@/lib/session/record-agent.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { createRound } from "../round.ts";
import type { HeldSession } from "../session/held-session.ts";
import type { Ending } from "../session/verdict.ts";
import { createDelivery } from "./delivery.ts";
import { digest, emptyDigest, hasFacts } from "./digest.ts";
import { EventReader } from "./event-reader.ts";
import type { Followed } from "./followed.ts";
import { holdBudgets, overBudget, spentEnding } from "./over-budget.ts";
import { sayUndelivered, tellNews } from "./tell-news.ts";

export interface AgentWatch {
  /** Listens to the agent of a session from its beginning; harmless for one that has none. `onEnding`: it may go on no longer. */
  follow(session: HeldSession, onEnding: (ending: Ending) => void): void;
  /** There may be something to tell an agent. */
  hint(): void;
  /** Takes in what is left of an agent whose processes are gone, and stops. */
  finish(session: HeldSession): Promise<void>;
  close(): Promise<void>;
}

interface Paces {
  readMs: number;
  /** How often the facts of an agent go to the database, and so to browsers. */
  noteMs: number;
}
const usual: Paces = { readMs: 200, noteMs: 1_000 };
const finishAttempts = 40;
const finishPauseMs = 250;

/**
 * Listens to all agents that run here, in one round: what they ask and take is written at once, what they do and cost once a second in one
 * statement for all. Nothing of it is remembered: whoever comes after listens from the beginning, and everything comes to the same. No
 * timer runs while no agent does.
 */
export function createAgentWatch(paces: Partial<Paces> = {}): AgentWatch {
  const { readMs, noteMs } = { ...usual, ...paces };
  const followed = new Map<string, Followed>();
  const delivery = createDelivery(() => [...followed.values()].map(({ session }) => session));
  let notedAtMs = Number.NEGATIVE_INFINITY;
  let turn: Promise<unknown> = Promise.resolve();

  const goRound = async () => {
    const all = [...followed.values()];
    await Promise.all(all.map(listen));
    if (performance.now() - notedAtMs >= noteMs) await note(all);
    await tellNews(all);
    return followed.size > 0;
  };
  const note = async (all: readonly Followed[]) => {
    notedAtMs = performance.now();
    await noteFacts(all.filter(({ isBehind }) => !isBehind));
    for (const one of await overBudget(all)) one.onEnding(spentEnding);
  };
  const listening = createRound(readMs, () => {
    const round = turn.then(goRound);
    turn = round.catch(() => {});
    return round;
  });

  return {
    follow(session, onEnding) {
      if (!session.hasAgent) return;
      // Taken up again after it was let go: it is listened to from the beginning.
      void followed.get(session.plan.sessionId)?.reader.close();
      const reader = new EventReader(sessionPaths(session.directory).output);
      followed.set(session.plan.sessionId, { session, onEnding, reader, digest: emptyDigest(), isBehind: false });
      listening.begin();
      delivery.hint();
    },
    hint: () => followed.size > 0 && delivery.hint(),
    async finish(session) {
      if (!session.hasAgent) return;
      const known = followed.get(session.plan.sessionId);
      followed.delete(session.plan.sessionId);
      delivery.forget(session);
      await turn;
      await finishOne(known ?? lateComer(session));
    },
    async close() {
      listening.end();
      delivery.close();
      await turn;
      await Promise.all([...followed.values()].map(({ reader }) => reader.close()));
    },
  };
}

/** One whose watch never began: adopted when its processes were gone. */
const lateComer = (session: HeldSession): Followed => ({
  ...{ session, onEnding: () => {}, digest: emptyDigest(), isBehind: false },
  reader: new EventReader(sessionPaths(session.directory).output),
});

async function listen(one: Followed): Promise<void> {
  const { events, isBehind } = await one.reader.read();
  for (const event of events) digest(one.digest, event);
  one.isBehind = isBehind;
}

/** What is not written stays in the digest and is written with what comes. Where something was spent, budgets are held to. */
async function noteFacts(all: readonly Followed[]): Promise<void> {
  const told = new Map<string, AgentFacts>();
  for (const { session, digest: found } of all.filter((one) => hasFacts(one.digest))) {
    told.set(session.plan.sessionId, found.facts);
    found.facts = {};
  }
  if (told.size === 0) return;
  try {
    await recordAgents(db(), told);
    await holdBudgets(all.filter(({ session }) => told.get(session.plan.sessionId)?.spent));
  } catch (thrown) {
    for (const { session, digest: found } of all) found.facts = { ...told.get(session.plan.sessionId), ...found.facts };
    throw thrown;
  }
}

/** A database that is away is waited for, though not for ever: the verdict waits for it by itself. */
async function finishOne(one: Followed): Promise<void> {
  for (let attempt = 1; attempt <= finishAttempts; attempt++) {
    try {
      do await listen(one);
      while (one.isBehind);
      // Nobody can answer any more.
      one.digest.asks.clear();
      await noteFacts([one]);
      await tellNews([one]);
      await sayUndelivered(one.session);
      break;
    } catch (thrown) {
      logger.debug({ err: thrown, session: one.session.plan.sessionId }, "the last words of an agent wait");
      await new Promise((resolve) => setTimeout(resolve, finishPauseMs));
    }
  }
  await one.reader.close();
}

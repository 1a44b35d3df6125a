import { system } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { answerQuestion } from "@/lib/question/question.ts";
import { findOverdue, type Overdue, readWaiting, type Waiting } from "@/lib/session/inbox.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import { createRound } from "../round.ts";
import type { HeldSession } from "../session/held-session.ts";
import { appendToInbox, nameOf, readInboxNames } from "./inbox-file.ts";

export interface Delivery {
  /** There may be something to tell an agent; however many hints there are, it is looked once. */
  hint(): void;
  forget(session: HeldSession): void;
  close(): void;
}

const paceMs = 100;

/**
 * Brings what people say and answer to the agents that run here: in order, at least once. Which messages a session's inbox has is read
 * from it, so whoever takes a session over goes on where its predecessor stopped. Questions that are overdue are answered by policy.
 */
export function createDelivery(sessions: () => HeldSession[]): Delivery {
  /** By session: what its inbox has, and the ids of those rows that are still found. */
  const passed = new Map<string, { names: Set<string>; ids: Set<string> }>();

  const looking = createRound(paceMs, async () => {
    const held = sessions();
    const ids = held.map(({ plan }) => plan.sessionId);
    if (ids.length === 0) return false;
    for (const overdue of await findOverdue(db(), ids)) await answerByPolicy(overdue);
    const known = ids.flatMap((id) => [...(passed.get(id)?.ids ?? [])]);
    const waiting = await readWaiting(db(), ids, known);
    for (const session of held)
      await deliver(
        session,
        waiting.filter(({ sessionId }) => sessionId === session.plan.sessionId),
      );
    return false;
  });

  const deliver = async ({ plan, directory }: HeldSession, waiting: readonly Waiting[]) => {
    if (waiting.length === 0) return;
    const { inbox } = agentPaths(directory);
    const has = passed.get(plan.sessionId) ?? { names: await readInboxNames(inbox), ids: new Set() };
    passed.set(plan.sessionId, has);
    const fresh = waiting.filter(({ message }) => !has.names.has(nameOf(message)));
    if (fresh.length > 0)
      await appendToInbox(
        inbox,
        fresh.map(({ message }) => message),
      );
    for (const { id, message } of waiting) {
      has.names.add(nameOf(message));
      has.ids.add(id);
    }
  };

  return {
    hint: looking.begin,
    forget: ({ plan }) => void passed.delete(plan.sessionId),
    close: looking.end,
  };
}

/** A person may just have been first. */
async function answerByPolicy({ id, decision }: Overdue): Promise<void> {
  const answer = { decision, message: "Nobody answered in time." };
  await inJournaledTransaction((tx) => answerQuestion(tx, id, answer, system)).catch((thrown) => {
    if (!(thrown instanceof DomainError)) throw thrown;
  });
}

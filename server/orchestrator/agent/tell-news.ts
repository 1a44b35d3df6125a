import { v7 as uuid } from "uuid";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction, lockStreams } from "@/lib/journal.ts";
import { isUuid } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { askQuestion } from "@/lib/question/question.ts";
import { receivePrompt, refuseUndelivered } from "@/lib/session/prompt.ts";
import { storableJson } from "@/lib/storable.ts";
import type { HeldSession } from "../session/held-session.ts";
import { actorOf } from "../session/verdict.ts";
import { type Ask, hasNews } from "./digest.ts";
import type { Followed } from "./followed.ts";

/**
 * Writes what agents ask and what they took of people's words, each session in a transaction of its own; then it is news no more. One whose
 * news cannot be written holds up no other. Throws when there was one; it will be tried again.
 */
export async function tellNews(all: readonly Followed[]): Promise<void> {
  let failed: unknown;
  for (const one of all.filter(({ digest }) => hasNews(digest))) {
    await tell(one).catch((thrown) => {
      failed = thrown;
    });
  }
  if (failed !== undefined) throw failed;
}

async function tell({ session: { plan }, digest }: Followed): Promise<void> {
  const { sessionId, projectId, settings } = plan;
  const { questionTimeoutSeconds: timeoutSeconds } = projectSettingsSchema.parse(settings);
  const asks: Ask[] = JSON.parse(storableJson([...digest.asks.values()]));
  const receipts = digest.receipts.filter(({ promptId }) => isUuid(promptId));
  await inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [projectId]);
    for (const ask of asks) await askQuestion(tx, { ...ask, id: uuid(), sessionId, timeoutSeconds }, actorOf(plan));
    for (const receipt of receipts) await receivePrompt(tx, { ...receipt, sessionId }, actorOf(plan));
  });
  digest.asks = new Map();
  digest.receipts = [];
}

/** Its agent takes nothing any more: what waits for it is refused, and offered as feedback. */
export async function sayUndelivered({ plan }: HeldSession): Promise<void> {
  const where = { sessionId: plan.sessionId, deliveredAt: null, refusal: null };
  if ((await db().sessionPrompt.count({ where })) === 0) return;
  await inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [plan.projectId]);
    await refuseUndelivered(tx, plan.sessionId, actorOf(plan));
  });
}

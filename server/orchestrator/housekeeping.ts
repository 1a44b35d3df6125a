import type { Config } from "@/lib/config/schema.ts";
import { db } from "@/lib/db.ts";
import { removeOldEvents } from "@/lib/journal.ts";
import { removeOldTriggers } from "@/lib/rule/retention.ts";
import { removeOldLogs } from "@/lib/session/log.ts";
import { sweepConversations } from "./agent/conversations.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Forgets what has served: answered questions, answers kept for repeated calls, expired credentials, and what the instance
 * keeps only for a time. At start and once an hour; each part in small transactions that hold up nobody.
 */
export async function keepHouse({ logRetentionDays, journalRetentionDays }: Config): Promise<void> {
  const before = (ms: number) => new Date(Date.now() - ms);
  await db().repositoryCheck.deleteMany({ where: { createdAt: { lt: before(hourMs) } } });
  await db().idempotencyKey.deleteMany({ where: { createdAt: { lt: before(dayMs) } } });
  await db().apiToken.deleteMany({ where: { expiresAt: { lt: new Date() } } });
  await removeOldWorkers();
  await removeOldLogs(db(), before(logRetentionDays * dayMs));
  await sweepConversations(before(logRetentionDays * dayMs));
  if (journalRetentionDays === null) return;
  await removeOldEvents(before(journalRetentionDays * dayMs));
  await removeOldTriggers(db(), before(journalRetentionDays * dayMs));
}

/** Rows of orchestrators that were last heard of a day ago and have nothing left to settle. One that still wakes up starts anew. */
async function removeOldWorkers(): Promise<void> {
  await db().$executeRaw`
    DELETE FROM "Worker" w WHERE w."leaseUntil" < clock_timestamp() - interval '1 day'
      AND NOT EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."workerId" = w.id AND b."terminatedAt" IS NULL)`;
}

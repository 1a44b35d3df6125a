import { db } from "@/lib/db.ts";

const hourMs = 3_600_000;

/** Forgets what has served: answered questions, answers kept for repeated calls, expired credentials. Once an hour. */
export async function keepHouse(): Promise<void> {
  const before = (ms: number) => new Date(Date.now() - ms);
  await db().repositoryCheck.deleteMany({ where: { createdAt: { lt: before(hourMs) } } });
  await db().idempotencyKey.deleteMany({ where: { createdAt: { lt: before(24 * hourMs) } } });
  await db().apiToken.deleteMany({ where: { expiresAt: { lt: new Date() } } });
}

import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import type { Report } from "@/lib/session/settle.ts";
import type { Services } from "../services.ts";
import type { HeldSession } from "./held-session.ts";

/**
 * A directory goes with its session, or stays for a while when a person may want to look at what failed (the sweep says
 * when that is over). `judged`: what was taken in of it; null when the end was decided elsewhere.
 */
export async function tidy(services: Services, { plan, directory }: HeldSession, judged: Report | null): Promise<void> {
  const { sandbox, kept, disk, config } = services;
  const isFailed = judged === null ? await hasFailed(plan.sessionId) : isFailure(judged);
  if (isFailed && config.failedWorkingCopyRetentionSeconds > 0 && !disk.isShort) return kept.add(directory);
  await sandbox
    .remove(directory)
    .catch((thrown) => logger.warn({ err: thrown, directory }, "a session's directory stays"));
}

const isFailure = ({ sessionVerb, reason }: Pick<Report, "sessionVerb" | "reason">): boolean =>
  ["fail", "timeOut", "stall"].includes(sessionVerb) && reason !== "DISK_FULL";

/** With the database away it stays until the sweep knows. */
async function hasFailed(id: string): Promise<boolean> {
  const session = await db()
    .session.findUnique({ where: { id }, select: { status: true } })
    .catch(() => ({ status: "FAILED" }));
  return ["FAILED", "TIMED_OUT", "STALLED"].includes(session?.status ?? "");
}

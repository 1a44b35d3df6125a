import { db } from "../lib/db.ts";

/** A limit and the time, on the database's clock, in which it may have been in force. */
export interface LimitPeriod {
  limit: number;
  from: Date;
  until: Date;
}

/** What a limit was set to, in order. Between asking for a change and its answer the old and the new one are possible. */
export class LimitHistory {
  private readonly periods: LimitPeriod[];

  constructor(first: number) {
    this.periods = [{ limit: first, from: new Date(0), until: new Date(8.64e15) }];
  }

  changed(limit: number, asked: Date, answered: Date): void {
    this.periods.at(-1)!.until = answered;
    this.periods.push({ limit, from: asked, until: new Date(8.64e15) });
  }

  /** The most that may have been allowed at some moment of the span. */
  most(from: Date, until: Date): number {
    const possible = this.periods.filter((period) => period.from <= until && period.until >= from);
    return Math.max(...possible.map(({ limit }) => limit));
  }
}

interface Admission {
  projectId: string;
  agent: string;
  requestedBy: string;
  workerId: string;
  /** Start of the claim's transaction, the moment its event was written, the session's end. */
  begun: Date;
  claimed: Date;
  ended: Date | null;
}

/** Every session with the moment of its claim by the journal, oldest claim first. */
export const readAdmissions = (): Promise<Admission[]> => db().$queryRaw<Admission[]>`
  WITH claims AS (
    SELECT "entityId", at, row_number() OVER (PARTITION BY "entityId" ORDER BY seq) AS attempt
    FROM "Event" WHERE type = 'TASK_STATUS_CHANGED' AND payload->>'verb' = 'claim'
  )
  SELECT s."projectId", s.agent, s."requestedBy", s."workerId", s."startedAt" AS begun, c.at AS claimed, s."endedAt" AS ended
  FROM "Session" s JOIN claims c ON c."entityId" = s."taskId" AND c.attempt = s.attempt ORDER BY c.at, s.id`;

/**
 * Claims that found as many live sessions as the limit allowed, or more. `by` names whose limit it is. A claim is written
 * down after it counted and before it is committed, an end before it is committed, so no session is held to be live that
 * the claim could not see.
 */
export function overAdmissions(
  admissions: readonly Admission[],
  by: (admission: Admission) => string,
  limits: ReadonlyMap<string, LimitHistory>,
): string[] {
  const live = new Map<string, Admission[]>();
  return admissions.flatMap((admission) => {
    const history = limits.get(by(admission));
    if (history === undefined) return [];
    const present = (live.get(by(admission)) ?? []).filter(({ ended }) => ended === null || ended > admission.claimed);
    present.push(admission);
    live.set(by(admission), present);
    const limit = history.most(admission.begun, admission.claimed);
    return present.length <= limit
      ? []
      : [`${admission.claimed.toISOString()} ${by(admission)}: ${present.length} live sessions, limit ${limit}`];
  });
}

/**
 * The same for the limit of a project, exactly: its journal has claims, ends and changes of the limit in the order in
 * which they were committed. `limits` are those of the project's changes, in order, the first one before any change.
 */
export async function projectOverAdmissions(projectId: string, limits: readonly number[]): Promise<string[]> {
  const events = await db().$queryRaw<{ seq: bigint; step: "claim" | "end" | "limit" }[]>`
    SELECT seq, CASE type WHEN 'PROJECT_UPDATED' THEN 'limit' WHEN 'SESSION_ENDED' THEN 'end' ELSE 'claim' END AS step
    FROM "Event" WHERE "streamId" = ${projectId}::uuid
      AND (type IN ('PROJECT_UPDATED', 'SESSION_ENDED') OR (type = 'TASK_STATUS_CHANGED' AND payload->>'verb' = 'claim'))
    ORDER BY seq`;
  const left = [...limits];
  let [limit, live] = [left.shift()!, 0];
  return events.flatMap(({ seq, step }) => {
    if (step === "limit") limit = left.shift() ?? Number.NaN;
    else live += step === "claim" ? 1 : -1;
    return step === "claim" && !(live <= limit) ? [`event ${seq}: ${live} live sessions, limit ${limit}`] : [];
  });
}

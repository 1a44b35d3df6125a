import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { lockStreams, record } from "@/lib/journal.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";

/**
 * Holds back a project's agents until the end of the day (UTC) once its sessions of the day have cost as much as its budget, and lets them
 * go again when the budget was raised. Costs are counted on the day their session started. Takes the project's lock; true: it is held.
 */
export async function holdToBudget(tx: Tx, projectId: string, actor: Actor): Promise<boolean> {
  await lockStreams(tx, [projectId]);
  const project = await tx.project.findUniqueOrThrow({ where: { id: projectId } });
  const { dailyBudgetUsd: budgetUsd } = projectSettingsSchema.parse(project.settings);
  const { spentUsd, now, dayEnd, isHeld } = await spentToday(tx, projectId);
  const isSpent = budgetUsd !== null && spentUsd >= budgetUsd;
  if (isSpent === isHeld) return isHeld;
  // Its end stays known: what could not start until now has not waited (lib/monitor/sightings.ts).
  await tx.project.update({ where: { id: projectId }, data: { budgetHeldUntil: isSpent ? dayEnd : now } });
  if (isSpent)
    record(tx, {
      streamId: projectId,
      type: "BUDGET_REACHED",
      entityType: "project",
      entityId: projectId,
      actor,
      payload: { spentUsd, budgetUsd, until: dayEnd.toISOString() },
    });
  return isSpent;
}

/** Of these projects those that have a budget of the day. */
export async function withBudget(tx: Tx, projectIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Project" WHERE id = ANY (${[...projectIds]}::uuid[]) AND settings->>'dailyBudgetUsd' IS NOT NULL`;
  return rows.map(({ id }) => id);
}

/** Of these projects those whose budget is spent and whose people want what runs to be ended then. */
export async function withStop(tx: Tx, projectIds: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Project" WHERE id = ANY (${[...projectIds]}::uuid[]) AND "budgetHeldUntil" > clock_timestamp()
      AND (settings->>'budgetStopsRunning')::boolean`;
  return rows.map(({ id }) => id);
}

/** By the database's clock. */
async function spentToday(tx: Tx, projectId: string) {
  const [row] = await tx.$queryRaw<[{ spentUsd: number; now: Date; dayEnd: Date; isHeld: boolean }]>`
    WITH day AS (SELECT date_trunc('day', clock_timestamp(), 'UTC') AS start)
    SELECT clock_timestamp() AS now,
      (SELECT coalesce(sum("costUsd"), 0)::float8 FROM "Session"
        WHERE "projectId" = ${projectId}::uuid AND "startedAt" >= day.start AND "costUsd" IS NOT NULL) AS "spentUsd",
      day.start + interval '1 day' AS "dayEnd",
      coalesce((SELECT "budgetHeldUntil" > clock_timestamp() FROM "Project" WHERE id = ${projectId}::uuid), false) AS "isHeld"
    FROM day`;
  return row;
}

/** Tokens and cost of a project's sessions by the day they started, newest first; null: no session of the day has told. */
export async function usageByDay(tx: Tx, projectId: string, days: number) {
  const rows = await tx.$queryRaw<
    {
      day: string;
      sessions: number;
      unknown: number;
      costUsd: number | null;
      inputTokens: bigint | null;
      outputTokens: bigint | null;
      cacheReadTokens: bigint | null;
      cacheWriteTokens: bigint | null;
    }[]
  >`
    SELECT to_char("startedAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, count(*)::int AS sessions,
      (count(*) FILTER (WHERE "costUsd" IS NULL))::int AS unknown, sum("costUsd")::float8 AS "costUsd",
      sum("inputTokens")::bigint AS "inputTokens", sum("outputTokens")::bigint AS "outputTokens",
      sum("cacheReadTokens")::bigint AS "cacheReadTokens", sum("cacheWriteTokens")::bigint AS "cacheWriteTokens"
    FROM "Session" WHERE "projectId" = ${projectId}::uuid AND agent <> 'cli'
      AND "startedAt" >= date_trunc('day', clock_timestamp(), 'UTC') - make_interval(days => ${days - 1})
    GROUP BY 1 ORDER BY 1 DESC`;
  return rows.map(({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, ...row }) => ({
    ...row,
    tokens: {
      input: numberOf(inputTokens),
      output: numberOf(outputTokens),
      cacheRead: numberOf(cacheReadTokens),
      cacheWrite: numberOf(cacheWriteTokens),
    },
  }));
}

const numberOf = (count: bigint | null): number | null => (count === null ? null : Number(count));

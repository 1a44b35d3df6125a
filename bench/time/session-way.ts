import type { Client } from "pg";
import { printTable } from "../../judge/numbers.ts";

/** Sandbox.spawnedAt is when the start went on record. */
const stages = [
  ["claimed → process on record", `b."spawnedAt" - s."startedAt"`],
  ["process on record → settled, the command's own time included", `s."endedAt" - b."spawnedAt"`],
  ["claimed → settled", `s."endedAt" - s."startedAt"`],
] as const;

/** How long sessions of these projects took from stage to stage, by their rows. */
export async function printSessionWay(database: Client, projectIds: readonly string[]): Promise<void> {
  const lines: string[][] = [];
  for (const [name, interval] of stages) {
    const { rows } = await database.query<{ shares: number[] }>(
      `SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM ${interval}) * 1000) AS shares
       FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id WHERE s."projectId" = ANY ($1)`,
      [projectIds],
    );
    lines.push([name, ...rows[0]!.shares.map((ms) => ms.toFixed(1))]);
  }
  console.log("\nA session's way, ms:");
  printTable(["from → to", "p50", "p90"], lines);
}

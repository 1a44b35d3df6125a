import { Client } from "pg";

/** What an orchestrator has at least after its last sign of life before another one gives it up: the margin beyond its lease. */
const leastSilenceMs = 950;

/**
 * Sessions that another orchestrator ended as lost although their own had just spoken for them. Nothing else tells: a task that is
 * tried again once too often ends as well as any other. Past the API, because that has no heartbeats to the millisecond.
 */
export async function givenUpEarly(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ number: number; attempt: number; silenceMs: number }>(
      `SELECT t.number, s.attempt, (extract(epoch FROM s."endedAt" - s."heartbeatAt") * 1000)::float8 AS "silenceMs"
       FROM "Session" s JOIN "Task" t ON t.id = s."taskId"
       WHERE s.reason = 'LEASE_EXPIRED' AND s.message = 'The orchestrator that held the session stopped answering.'
         AND s."endedAt" < s."heartbeatAt" + make_interval(secs => $1)`,
      [leastSilenceMs / 1000],
    );
    return rows.map(
      ({ number, attempt, silenceMs }) =>
        `attempt ${attempt} of task ${number} was given up ${silenceMs.toFixed(0)} ms after its orchestrator had renewed its lease`,
    );
  } finally {
    await client.end();
  }
}

import { v7 as uuid } from "uuid";
import { columns } from "../../lib/client/columns.ts";
import { type Claim, step } from "../../lib/session/settle.ts";
import type { GrownInstance } from "./grown-instance.ts";

/** What shall not grow with the past: asked again and again, each time for its own milliseconds. */
export type Question = () => Promise<unknown>;

const leaseMs = 3_600_000;

/** One turn of an orchestrator: the session it holds has succeeded, and it gets another one. */
export async function claimAndComplete({ engine, workerId }: GrownInstance): Promise<Question> {
  const turn = async (held: Claim | undefined): Promise<Claim> => {
    const tickets = [{ sessionId: uuid(), sandboxId: uuid(), tokenHash: uuid() }];
    const reports = held ? [successOf(held, workerId)] : [];
    const { claims } = await step(engine, { reports, worker: { id: workerId, tickets, leaseMs } });
    if (claims.length !== 1) throw new Error("The queue is empty: nothing was claimed.");
    return claims[0]!;
  };
  let held = await turn(undefined);
  return async () => {
    held = await turn(held);
  };
}

const successOf = ({ sandboxId, taskId, sessionId, key }: Claim, workerId: string) => ({
  ...({ sandboxId, taskId, workerId, taskVerb: "succeed", sessionVerb: "succeed", reason: "EXIT_ZERO" } as const),
  ...{ exitCode: 0, terminated: true, actor: { type: "session", id: sessionId, name: key } as const },
});

/** Why the last one in the queue waits. */
export async function explain({ read, database, projectId }: GrownInstance): Promise<Question> {
  const { rows } = await database.query(
    `SELECT id FROM "Task" WHERE "projectId" = $1 AND status = 'QUEUED' ORDER BY "queueRank" DESC LIMIT 1`,
    [projectId],
  );
  return () => read(`/tasks/${rows[0].id}/explanation`);
}

/** The first page of every column, as the board asks for them. */
export async function board({ read, projectId }: GrownInstance): Promise<Question> {
  const paths = columns.map(
    ({ statuses, sort }) => `/projects/${projectId}/tasks?status=${statuses.join(",")}&sort=${sort}&limit=100`,
  );
  return () => Promise.all(paths.map((path) => read(path)));
}

/** A page of what somebody missed, from the middle of the journal. */
export async function replay({ read, database, projectId }: GrownInstance): Promise<Question> {
  const { rows } = await database.query(`SELECT "lastSeq" / 2 AS middle FROM "Stream" WHERE id = $1`, [projectId]);
  return () => read(`/projects/${projectId}/events?after=${rows[0].middle}&limit=200`);
}

import { eventually } from "../e2e/product.ts";
import type { JudgedProduct } from "./judged-product.ts";
import type { Role, Strategy, WatchedProject } from "./monitor-cast.ts";

type Board = Record<Role, string>;
export type Phase = "present" | "stopped";

const untouched: Board = {
  ...{ approved: "APPROVED", queued: "QUEUED" },
  ...{ hung: "RUNNING", computing: "RUNNING", printing: "RUNNING" },
};

/** What stands on the board after the checks: while the orchestrator is there, and while it has stopped. */
const expected: Record<Strategy, Record<Phase, Partial<Board>>> = {
  log_only: { present: untouched, stopped: untouched },
  mark_stalled: {
    present: { ...untouched, approved: "STALLED", queued: "STALLED", hung: "STALLED" },
    stopped: { computing: "STALLED", printing: "STALLED" },
  },
  reassign: { present: { ...untouched, hung: "QUEUED" }, stopped: { computing: "QUEUED", printing: "QUEUED" } },
  escalate: { present: untouched, stopped: untouched },
};

const noticed: Role[] = ["approved", "queued", "hung"];
/** Whom the monitor has noticed by then: what computes or prints only once nobody speaks for it. */
export const due: Record<Phase, Role[]> = { present: noticed, stopped: [...noticed, "computing", "printing"] };

/** The board as expected; for each that was due one reaction by the monitor and, where people are asked, one draft; nothing else. */
export async function wrongIn(product: JudgedProduct, project: WatchedProject, phase: Phase): Promise<string[]> {
  const { strategy, taskIds } = project;
  const board = await boardOf(product, project);
  const events = await reactionsIn(product, project);
  const say = (sentence: string) => `${strategy}, ${phase}: ${sentence}`;
  const roles = Object.keys(taskIds) as Role[];
  const wrong = roles.flatMap((role) => {
    const status = expected[strategy][phase][role] ?? board[role];
    const wanted = due[phase].includes(role) ? 1 : 0;
    const told = events.filter(({ id }) => id === taskIds[role]);
    const of = (type: string) => told.filter((event) => event.type === type).length;
    const found = [of("MONITOR_REACTED"), of("TASK_ESCALATED")];
    const right = [wanted, strategy === "escalate" ? wanted : 0];
    return [
      ...(board[role] === status ? [] : [say(`${role} is ${board[role]}, not ${status}`)]),
      ...(`${found}` === `${right}`
        ? []
        : [say(`${role} has ${found} reactions and drafts, not ${right}: ${told.map(({ said }) => said)}`)]),
    ];
  });
  const strange = events.filter((event) => event.actor !== "monitor" || (event.strategy ?? strategy) !== strategy);
  return [...wrong, ...strange.map((event) => say(`a strange event ${JSON.stringify(event)}`))];
}

/** The processes of a session that was given up are ended by its orchestrator. */
export async function treeEnds({ database }: JudgedProduct, { taskIds }: WatchedProject): Promise<boolean> {
  const sql = `SELECT 1 FROM "Sandbox" b JOIN "Session" s ON s.id = b."sessionId"
    WHERE s."taskId" = $1 AND s."endedAt" IS NOT NULL AND b."terminatedAt" IS NULL`;
  return eventually(async () => (await database.query(sql, [taskIds.hung])).rowCount === 0).catch(() => false);
}

interface ReactionRow {
  type: string;
  id: string;
  actor: string;
  strategy: string | null;
  /** The whole payload, for people. */
  said: string;
}

export async function reactionsIn({ database }: JudgedProduct, { projectId }: WatchedProject): Promise<ReactionRow[]> {
  const { rows } = await database.query<ReactionRow>(
    `SELECT type, "entityId" AS id, actor->>'id' AS actor, payload->>'strategy' AS strategy, payload::text AS said FROM "Event"
      WHERE "streamId" = $1 AND type IN ('MONITOR_REACTED', 'TASK_ESCALATED')`,
    [projectId],
  );
  return rows;
}

export async function boardOf({ database }: JudgedProduct, { taskIds }: WatchedProject): Promise<Board> {
  const { rows } = await database.query(`SELECT id, status FROM "Task" WHERE id = ANY ($1)`, [Object.values(taskIds)]);
  const statusOf = new Map(rows.map(({ id, status }) => [id, status]));
  return Object.fromEntries(Object.entries(taskIds).map(([role, id]) => [role, statusOf.get(id)])) as Board;
}

import { eventually } from "../e2e/product.ts";
import { type JudgedProduct, newProject } from "./judged-product.ts";

export const strategies = ["log_only", "mark_stalled", "reassign", "escalate"] as const;
export type Strategy = (typeof strategies)[number];

export const idleTimeoutSeconds = 8;
const longMs = 3_600_000;

/** Who waits or hangs in each project, and who only seems to. */
const roles = {
  approved: { status: "APPROVED", spec: { command: "true" } },
  /** No slot is given to its type. */
  queued: { type: "codex", spec: { prompt: "wait" } },
  hung: { spec: { command: "sleep", args: ["3600"] } },
  computing: { spec: shell("while :; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 0.2; done") },
  printing: { spec: shell("while :; do echo tick; sleep 1; done") },
};
export type Role = keyof typeof roles;

function shell(script: string) {
  return { command: "sh", args: ["-c", script] };
}

/** A project watched by one strategy, and its tasks by what they play. */
export interface WatchedProject {
  strategy: Strategy;
  projectId: string;
  taskIds: Record<Role, string>;
}

/** Makes the projects and waits until everybody waits, hangs or works for longer than is allowed. */
export async function stage(product: JudgedProduct, checkIntervalSeconds: number): Promise<WatchedProject[]> {
  await product.api("PATCH", "/config", { values: { maxConcurrentPerAgentType: { codex: 0 } } });
  const projects: WatchedProject[] = [];
  for (const strategy of strategies) projects.push(await makeProject(product, strategy, checkIntervalSeconds));
  for (const { taskIds } of projects) await eventually(() => isOld(product, taskIds), 120_000);
  return projects;
}

async function makeProject(
  product: JudgedProduct,
  strategy: Strategy,
  checkIntervalSeconds: number,
): Promise<WatchedProject> {
  const projectId = await newProject(product, strategy.replace("_", "-"), {
    ...{ escalationStrategy: strategy, pendingTimeoutSeconds: 1, idleTimeoutSeconds, checkIntervalSeconds },
    // A task that is given back stays in the queue.
    ...{ retryBaseMs: longMs, retryCapMs: longMs },
  });
  const taskIds = {} as Record<Role, string>;
  for (const [role, task] of Object.entries(roles)) {
    const made = await product.api<{ id: string }>("POST", `/projects/${projectId}/tasks`, {
      ...{ title: role, status: "APPROVED", timeoutSeconds: 3600, ...task },
    });
    taskIds[role as Role] = made.body.id;
    if (role !== "approved") await product.api("POST", `/tasks/${made.body.id}/queue`, {});
  }
  return { strategy, projectId, taskIds };
}

/** By the database's clock: the hung one is silent for too long, the others have run at least as long. Or somebody has seen it. */
async function isOld({ database }: JudgedProduct, { hung, computing, printing }: WatchedProject["taskIds"]) {
  const sql = `SELECT count(*)::int AS n FROM "Session" s WHERE
    (s."taskId" = $1 AND (s."monitoredAt" IS NOT NULL OR s."activeAt" < now() - make_interval(secs => $4)))
    OR (s."taskId" IN ($2, $3) AND s.status = 'RUNNING' AND s."startedAt" < now() - make_interval(secs => $4))`;
  const { rows } = await database.query(sql, [hung, computing, printing, idleTimeoutSeconds + 1]);
  return rows[0].n === 3;
}

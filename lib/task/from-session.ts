import type { Actor } from "@/lib/actor.ts";
import { cutText } from "@/lib/cut-text.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { NewTask } from "@/lib/task/create.ts";

/** What one session may create, and how long the chain of tasks that made tasks may be: a board does not fill itself. */
export const sessionTasksMax = 50;
export const sessionDepthMax = 3;

/**
 * New tasks as they are taken from their creator. A session's are drafts for a person to approve, unless the project says otherwise and
 * nothing in them reaches further than it has said, and it may create so many and no more. The project's lock is held, so two calls at once
 * cannot both be the last.
 */
export async function admitted(
  tx: Tx,
  project: { id: string; settings: unknown },
  tasks: readonly NewTask[],
  actor: Actor,
): Promise<readonly NewTask[]> {
  if (actor.type !== "session") return tasks;
  const session = await tx.session.findUnique({ where: { id: actor.id }, select: { status: true, taskId: true } });
  if (session === null || !isSessionLive(session.status))
    throw new DomainError("STALE_ATTEMPT", "This attempt has ended: it creates no more tasks.");
  await refuseTooMany(tx, project.id, tasks.length, actor.id);
  await refuseTooDeep(tx, session.taskId);
  refuseSecrets(tasks);
  const isApproved = projectSettingsSchema.parse(project.settings).sessionTasks === "approved";
  return tasks.map((task) => (isApproved ? approvedOrSeen(task) : { ...task, status: "DRAFT" }));
}

/** What lets a task reach further than the project has said: its servers' hosts are let out to, its flags and variables steer programs. */
const reaching = ["mcpServers", "additionalFlags", "environment"] as const;

/** As the project approves it; but a person first looks at what reaches further, and the card, which is the answer too, says so. */
function approvedOrSeen(task: NewTask): NewTask {
  const found = reaching.filter((name) => isSaid(task.spec?.[name]));
  if (found.length === 0) return { ...task, status: task.status ?? "APPROVED" };
  const note = `\n\n---\n\nRunboard: this task is by a session, and its spec has ${found.join(", ")}. It stays a draft until a person has looked at that and approves it.`;
  const description = cutText(task.description ?? "", descriptionMax - note.length);
  return { ...task, description: `${description}${note}`.trimStart(), status: "DRAFT" };
}

const descriptionMax = 65_536;
const isSaid = (value: unknown): boolean =>
  value !== undefined && value !== null && !(typeof value === "object" && Object.keys(value).length === 0);

async function refuseTooMany(tx: Tx, projectId: string, count: number, sessionId: string): Promise<void> {
  const created = await countCreated(tx, projectId, sessionId);
  if (created + count <= sessionTasksMax) return;
  throw new DomainError(
    "FORBIDDEN",
    `A session may create ${sessionTasksMax} tasks; this one has created ${created} and asks for ${count} more.`,
    { limit: sessionTasksMax, created, asked: count },
  );
}

/** In the words of the index task_created_by_session: a project's whole past is not read for it. */
async function countCreated(tx: Tx, projectId: string, sessionId: string): Promise<number> {
  const [row] = await tx.$queryRaw<[{ n: number }]>`SELECT count(*)::int AS n FROM "Task"
    WHERE "projectId" = ${projectId}::uuid AND "createdBy"->>'type' = 'session' AND "createdBy"->>'id' = ${sessionId}`;
  return row.n;
}

async function refuseTooDeep(tx: Tx, ownTaskId: string): Promise<void> {
  let depth = 1;
  for (let taskId: string | null = ownTaskId; taskId !== null && depth <= sessionDepthMax; ) {
    taskId = await creatorsTask(tx, taskId);
    if (taskId !== null) depth += 1;
  }
  if (depth <= sessionDepthMax) return;
  throw new DomainError(
    "FORBIDDEN",
    `Tasks of tasks of sessions end here: ${sessionDepthMax} deep is enough. A person may create what is missing.`,
    { limit: sessionDepthMax },
  );
}

/** The task whose session created this one; null: a person did, or it is not known any more. */
async function creatorsTask(tx: Tx, taskId: string): Promise<string | null> {
  const { createdBy } = await tx.task.findUniqueOrThrow({ where: { id: taskId }, select: { createdBy: true } });
  const { type, id } = createdBy as unknown as Actor;
  if (type !== "session") return null;
  return (await tx.session.findUnique({ where: { id }, select: { taskId: true } }))?.taskId ?? null;
}

/** The operator's secrets are for what people write: an agent could have them sent wherever it likes. */
function refuseSecrets(tasks: readonly NewTask[]): void {
  if (!tasks.some(({ spec }) => JSON.stringify(spec ?? {}).includes("$" + "{secret:"))) return;
  throw new DomainError("FORBIDDEN", "A task that a session creates may not name the operator's secrets.");
}

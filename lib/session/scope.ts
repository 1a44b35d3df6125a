import type { Tx } from "@/lib/db.ts";
import { DomainError, notFound } from "@/lib/errors.ts";
import { isUuid } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import { readTaskKey } from "@/lib/task/find.ts";

/** What a live session's token reaches: the project of its own task. */
export interface SessionScope {
  sessionId: string;
  taskId: string;
  taskKey: string;
  attempt: number;
  project: { id: string; key: string };
}

/** Throws STALE_ATTEMPT where the attempt has ended: its token dies with it. Throws FORBIDDEN where the project gives it nothing. */
export async function liveScope(tx: Tx, sandboxId: string): Promise<SessionScope> {
  const sandbox = await tx.sandbox.findUnique({
    where: { id: sandboxId },
    include: { session: true, task: { include: { project: { select: { id: true, key: true, settings: true } } } } },
  });
  if (sandbox === null || !isSessionLive(sandbox.session.status) || sandbox.terminatedAt !== null)
    throw new DomainError("STALE_ATTEMPT", "This attempt has ended, and with it what its token opens.");
  const { session, task } = sandbox;
  const { settings, ...project } = task.project;
  if (!projectSettingsSchema.parse(settings).boardTools)
    throw new DomainError("FORBIDDEN", `Project ${project.key} gives its sessions no tools of the board.`);
  return {
    ...{ sessionId: session.id, taskId: task.id, attempt: session.attempt, project },
    taskKey: `${project.key}-${task.number}`,
  };
}

/** What an input names, by what it is. */
interface Named {
  projects: string[];
  tasks: string[];
  sessions: string[];
}

const asText = (value: unknown): string[] => (typeof value === "string" ? [value] : []);
const asTexts = (value: unknown): string[] => (Array.isArray(value) ? value.flatMap(asText) : []);

/** Entries of a batch may name each other. */
function namedBy(input: Record<string, unknown>): Named {
  const { projectId, taskId, dependsOnId, parentId, dependsOn, sessionId, tasks } = input;
  const entries = Array.isArray(tasks) ? (tasks as Record<string, unknown>[]) : [];
  const local = new Set(entries.flatMap(({ ref }) => asText(ref)));
  const ofEntries = entries.flatMap((entry) => [...asText(entry.parentId), ...asTexts(entry.dependsOn)]);
  return {
    projects: asText(projectId),
    tasks: [
      ...[taskId, dependsOnId, parentId].flatMap(asText),
      ...asTexts(dependsOn),
      ...ofEntries.filter((name) => !local.has(name)),
    ],
    sessions: asText(sessionId),
  };
}

/**
 * The input as a session may mean it: everything it names is of the scope's project, and where it names nothing, that project is
 * meant. Things of other projects are NOT_FOUND, as if there were none.
 */
export async function narrow(tx: Tx, { project }: SessionScope, input: object): Promise<object> {
  const named = namedBy(input as Record<string, unknown>);
  for (const ref of named.projects)
    if (ref !== project.id && ref.toUpperCase() !== project.key) throw notFound("project", ref);
  await requireTasks(tx, project, named.tasks);
  for (const id of named.sessions) {
    const session = await tx.session.findUnique({ where: { id }, select: { projectId: true } });
    if (session?.projectId !== project.id) throw notFound("session", id);
  }
  const namesNothing = Object.values(named).every((refs: string[]) => refs.length === 0);
  return namesNothing ? { ...input, projectId: project.id } : input;
}

async function requireTasks(tx: Tx, project: SessionScope["project"], refs: readonly string[]): Promise<void> {
  const asked = [...new Set(refs)];
  if (asked.length === 0) return;
  const numbers = new Map(asked.map((ref) => [ref, numberIn(project.key, ref)]));
  const found = await tx.task.findMany({
    where: {
      projectId: project.id,
      OR: [
        { id: { in: asked.filter(isUuid) } },
        { number: { in: [...numbers.values()].filter((number) => number !== null) } },
      ],
    },
    select: { id: true, number: true },
  });
  const [ids, there] = [new Set(found.map(({ id }) => id)), new Set(found.map(({ number }) => number))];
  for (const ref of asked)
    if (!ids.has(ref.toLowerCase()) && !there.has(numbers.get(ref) ?? -1)) throw notFound("task", ref);
}

/** DEMO-12 → 12, where the key is the project's. */
function numberIn(key: string, ref: string): number | null {
  const named = readTaskKey(ref);
  return named?.key === key ? named.number : null;
}

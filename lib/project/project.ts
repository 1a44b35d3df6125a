import { isDeepStrictEqual } from "node:util";
import { v7 as uuid } from "uuid";
import { type Actor, actorSchema } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { instanceStream, lockStreams, record } from "@/lib/journal.ts";
import { holdToBudget } from "@/lib/project/budget.ts";
import { findProject, lockProject, type ProjectRow } from "@/lib/project/find.ts";
import type { RepositoryFacts } from "@/lib/project/repository.ts";
import { type Project, type ProjectSettings, projectSettingsSchema } from "@/lib/project/schema.ts";
import { type TaskStatus, taskStatuses } from "@/lib/task/machine.ts";

export interface NewProject {
  name: string;
  key?: string | undefined;
  repoPath?: string | undefined;
  repoUrl?: string | undefined;
  baseBranch?: string | undefined;
  isDemo?: boolean;
}

/** Creates a project on a repository that was looked at before. */
export async function createProject(
  tx: Tx,
  input: NewProject,
  options: { facts: RepositoryFacts; actor: Actor },
): Promise<Project> {
  await lockStreams(tx, [instanceStream]);
  const key = input.key ?? (await freeKey(tx, input.name));
  if ((await tx.project.count({ where: { key } })) > 0) {
    throw new DomainError("KEY_TAKEN", `Another project has the key ${key}. Choose another one.`, { key });
  }
  const id = uuid();
  await tx.stream.create({ data: { id } });
  await tx.project.create({
    data: {
      id,
      key,
      name: input.name,
      repoPath: input.repoPath ?? null,
      repoUrl: input.repoUrl ?? null,
      gitDir: options.facts.gitDir ?? "",
      baseBranch: input.baseBranch ?? options.facts.defaultBranch ?? "main",
      settings: projectSettingsSchema.parse({}),
      isDemo: input.isDemo ?? false,
      createdBy: options.actor,
    },
  });
  const payload = { key, name: input.name };
  record(tx, {
    streamId: id,
    type: "PROJECT_CREATED",
    entityType: "project",
    entityId: id,
    actor: options.actor,
    payload,
  });
  return viewProject(tx, await findProject(tx, id));
}

export interface ProjectChanges {
  name?: string | undefined;
  baseBranch?: string | undefined;
  settings?: Partial<ProjectSettings> | undefined;
  version?: number | undefined;
}

export async function updateProject(
  tx: Tx,
  ref: string,
  options: { changes: ProjectChanges; actor: Actor },
): Promise<Project> {
  const project = await lockProject(tx, ref);
  const { name = project.name, baseBranch = project.baseBranch, version, settings: wanted } = options.changes;
  if (version !== undefined && version !== project.version) {
    const current = await viewProject(tx, project);
    throw new DomainError(
      "VERSION_CONFLICT",
      `${project.key} was changed meanwhile: version ${project.version}, yours ${version}.`,
      { current },
    );
  }
  const before = projectSettingsSchema.parse(project.settings);
  const settings = projectSettingsSchema.parse({ ...before, ...wanted });
  if (settings.taskFiles === "on" && project.repoPath === null) throw noWorkingTree();
  const changed = [
    ...(name !== project.name ? ["name"] : []),
    ...(baseBranch !== project.baseBranch ? ["baseBranch"] : []),
    ...(Object.keys(settings) as (keyof ProjectSettings)[]).filter(
      (key) => !isDeepStrictEqual(settings[key], before[key]),
    ),
  ];
  if (changed.length > 0) {
    await tx.project.update({
      where: { id: project.id },
      data: { name, baseBranch, settings, version: { increment: 1 } },
    });
    record(tx, {
      streamId: project.id,
      type: "PROJECT_UPDATED",
      entityType: "project",
      entityId: project.id,
      actor: options.actor,
      payload: { changed },
    });
    if (changed.includes("dailyBudgetUsd")) await holdToBudget(tx, project.id, options.actor);
  }
  return viewProject(tx, await findProject(tx, project.id));
}

const noWorkingTree = () =>
  new DomainError("VALIDATION_FAILED", "Task files need a working tree, and this project's repository is a URL.", {
    issues: [{ path: "settings.taskFiles", message: "Only for a repository that is a path" }],
  });

const countsOfNone = Object.fromEntries(taskStatuses.map((status) => [status, 0])) as Record<TaskStatus, number>;

/** Projects as the API gives them, with the counts the header and the list show. */
export async function viewProjects(tx: Tx, rows: readonly ProjectRow[]): Promise<Project[]> {
  const ids = rows.map((row) => row.id);
  const counted = await countTasks(tx, ids);
  const streams = await tx.stream.findMany({ where: { id: { in: ids } } });
  const lastSeq = new Map(streams.map((stream) => [stream.id, Number(stream.lastSeq)]));
  return rows.map((row) => {
    const { counts, processable } = counted.get(row.id) ?? { counts: {}, processable: 0 };
    return {
      id: row.id,
      key: row.key,
      name: row.name,
      repoPath: row.repoPath,
      repoUrl: row.repoUrl && withoutSecret(row.repoUrl),
      baseBranch: row.baseBranch,
      autonomousExecutionEnabled: row.autonomousExecutionEnabled,
      settings: projectSettingsSchema.parse(row.settings),
      isDemo: row.isDemo,
      version: row.version,
      counts: { ...countsOfNone, ...counts },
      processableCount: processable,
      lastSeq: lastSeq.get(row.id) ?? 0,
      createdBy: actorSchema.parse(row.createdBy),
      archivedAt: row.archivedAt?.toISOString() ?? null,
      createdAt: row.createdAt.toISOString(),
      updatedAt: row.updatedAt.toISOString(),
    };
  });
}

/** Addresses from before a secret in them was refused: git still needs it, nobody else is told. */
const withoutSecret = (url: string): string =>
  url.replace(/^https:\/\/[^/]*@/, "https://").replace(/^(ssh:\/\/[^/:]*):[^/]*@/, "$1@");

interface TaskCounts {
  counts: Partial<Record<TaskStatus, number>>;
  /** Approved, and nothing is in the way. */
  processable: number;
}

/** Both counts are of what indexes hold: no row of a long past is read. */
async function countTasks(tx: Tx, projectIds: string[]): Promise<Map<string, TaskCounts>> {
  const rows = await tx.$queryRaw<(TaskCounts & { id: string })[]>`
    SELECT p.id,
      (SELECT coalesce(jsonb_object_agg(status, n), '{}') FROM (
        SELECT t.status, count(*) AS n FROM "Task" t WHERE t."projectId" = p.id GROUP BY t.status) AS counted) AS counts,
      (SELECT count(*)::int FROM "Task" t
        WHERE t."projectId" = p.id AND t.status = 'APPROVED' AND t."openDependencies" = 0) AS processable
    FROM unnest(${projectIds}::uuid[]) AS p(id)`;
  return new Map(rows.map((row) => [row.id, row]));
}

export async function viewProject(tx: Tx, row: ProjectRow): Promise<Project> {
  const [project] = await viewProjects(tx, [row]);
  return project!;
}

/** A key from the name: "Billing service" → BS, BS2, … */
async function freeKey(tx: Tx, name: string): Promise<string> {
  const words = name.toUpperCase().match(/[A-Z0-9]+/g) ?? [];
  const initials = words.length > 1 ? words.map((word) => word[0]).join("") : (words[0] ?? "");
  const base = `${/^[A-Z]/.test(initials) ? "" : "P"}${initials}`.slice(0, 6).padEnd(2, "X");
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}${n}`;
    if ((await tx.project.count({ where: { key } })) === 0) return key;
  }
}

import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { Prisma, type Task } from "@/lib/generated/prisma/client.ts";
import { sentTimeSchema } from "@/lib/operation.ts";
import { findProject, isUuid } from "@/lib/project/find.ts";
import { type TaskStatus, taskStatuses } from "@/lib/task/machine.ts";
import { viewTasks } from "@/lib/task/view.ts";

export interface TaskQuery {
  projectId: string;
  status?: string | undefined;
  ids?: string | undefined;
  search?: string | undefined;
  sort: "position" | "queue" | "recent";
  limit: number;
  cursor?: string | undefined;
}

/** How each order is kept and continued: the column, its direction, how a cursor's value is read back. */
const orders = {
  position: {
    column: Prisma.sql`t.position`,
    direction: Prisma.sql`ASC`,
    compare: Prisma.sql`>`,
    cast: Prisma.sql`float8`,
    read: readNumber,
  },
  queue: {
    column: Prisma.sql`coalesce(t."queueRank", 'Infinity')`,
    direction: Prisma.sql`ASC`,
    compare: Prisma.sql`>`,
    cast: Prisma.sql`float8`,
    read: readNumber,
  },
  recent: {
    column: Prisma.sql`t."statusSince"`,
    direction: Prisma.sql`DESC`,
    compare: Prisma.sql`<`,
    cast: Prisma.sql`timestamptz`,
    read: readTime,
  },
} as const;

/** A page of a project's tasks, keyed: later pages stay right while rows come and go. */
export async function listTasks(tx: Tx, query: TaskQuery) {
  const project = await findProject(tx, query.projectId);
  const order = orders[query.sort];
  const conditions = [Prisma.sql`t."projectId" = ${project.id}::uuid`];
  const statuses = parseStatuses(query.status);
  if (statuses) conditions.push(hasStatus(statuses));
  if (query.ids) conditions.push(Prisma.sql`t.id = ANY (${parseIds(query.ids)}::uuid[])`);
  if (query.search) conditions.push(matches(query.search, project.key));
  if (query.cursor) {
    const { value, id } = readCursor(query.cursor, order.read);
    conditions.push(Prisma.sql`(${order.column}, t.id) ${order.compare} (${value}::${order.cast}, ${id}::uuid)`);
  }
  const found = await tx.$queryRaw<(Task & { sort: string })[]>`
    SELECT t.*, ${order.column}::text AS sort FROM "Task" t WHERE ${Prisma.join(conditions, " AND ")}
    ORDER BY ${order.column} ${order.direction}, t.id ${order.direction} LIMIT ${query.limit + 1}`;
  const page = found.slice(0, query.limit);
  // Added, not spread: see viewOf.
  const items = await viewTasks(
    tx,
    page.map((row) => Object.assign(row, { project })),
  );
  const last = page.at(-1);
  return { items, nextCursor: found.length > query.limit && last ? writeCursor(last.sort, last.id) : null };
}

export async function taskGraph(tx: Tx, ref: string) {
  const project = await findProject(tx, ref);
  const rows = await tx.task.findMany({
    where: { projectId: project.id },
    select: { id: true, number: true, title: true, status: true },
    orderBy: { number: "asc" },
  });
  const edges = await tx.dependency.findMany({
    where: { projectId: project.id },
    select: { taskId: true, dependsOnId: true },
  });
  const nodes = rows.map(({ id, number, title, status }) => ({
    id,
    key: `${project.key}-${number}`,
    title,
    status: status as TaskStatus,
  }));
  return { nodes, edges };
}

function parseStatuses(text: string | undefined): string[] | null {
  if (!text) return null;
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !(taskStatuses as readonly string[]).includes(name));
  if (unknown === undefined) return names;
  throw invalid("status", `"${unknown}" is not a status; there are ${taskStatuses.join(", ")}`);
}

function parseIds(text: string): string[] {
  const ids = text.split(",").map((id) => id.trim());
  if (ids.every(isUuid)) return ids;
  throw invalid("ids", "Comma-separated task ids");
}

/** Only where it is one that is named can an index give the tasks in their order. */
const hasStatus = (statuses: readonly string[]): Prisma.Sql =>
  statuses.length === 1 ? Prisma.sql`t.status = ${statuses[0]}` : Prisma.sql`t.status = ANY (${statuses})`;

/** Title, description, tags, or the key itself. */
function matches(text: string, projectKey: string): Prisma.Sql {
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`;
  return Prisma.sql`(t.title ILIKE ${pattern} OR t.description ILIKE ${pattern} OR array_to_string(t.tags, ' ') ILIKE ${pattern}
    OR ${projectKey} || '-' || t.number ILIKE ${pattern})`;
}

const writeCursor = (value: string, id: string): string =>
  Buffer.from(JSON.stringify([value, id])).toString("base64url");

/** null: PostgreSQL would not read it. What is too small for it is 0 here, and is not what was written. */
function readNumber(text: string): string | null {
  const isSmall = Number(text) === 0 && /[1-9]/.test(text.split(/e/i)[0]!);
  const isNumber = /^-?[\d.]+(e[+-]?\d+)?$/i.test(text) && Number.isFinite(Number(text)) && !isSmall;
  return text === "Infinity" || isNumber ? text : null;
}

/** As PostgreSQL writes it. */
function readTime(text: string): string | null {
  return sentTimeSchema.safeParse(text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")).data ?? null;
}

function readCursor(cursor: string, read: (text: string) => string | null): { value: string; id: string } {
  try {
    const [text, id] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as [unknown, unknown];
    const value = typeof text === "string" ? read(text) : null;
    if (value !== null && typeof id === "string" && isUuid(id)) return { value, id };
  } catch {}
  throw invalid("cursor", "Not a cursor of this list");
}

export function invalid(path: string, message: string): DomainError {
  return new DomainError("VALIDATION_FAILED", `${path}: ${message}.`, { issues: [{ path, message }] });
}

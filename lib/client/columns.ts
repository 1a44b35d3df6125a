import type { TaskStatus } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

export type ColumnId = "draft" | "approved" | "queued" | "running" | "review" | "completed" | "stopped" | "cancelled";

export interface Column {
  id: ColumnId;
  label: string;
  statuses: readonly TaskStatus[];
  /** How the server orders it; the browser orders the same. */
  sort: "position" | "queue" | "recent";
}

/** The board from left to right. A merged column shows the exact status on the card. */
export const columns: readonly Column[] = [
  { id: "draft", label: "Draft", statuses: ["DRAFT"], sort: "position" },
  { id: "approved", label: "Approved", statuses: ["APPROVED"], sort: "position" },
  { id: "queued", label: "Queued", statuses: ["QUEUED"], sort: "queue" },
  { id: "running", label: "Running", statuses: ["RUNNING", "VALIDATING"], sort: "position" },
  { id: "review", label: "Review", statuses: ["REVIEW"], sort: "position" },
  { id: "completed", label: "Completed", statuses: ["COMPLETED"], sort: "recent" },
  { id: "stopped", label: "Stopped", statuses: ["FAILED", "STALLED"], sort: "position" },
  { id: "cancelled", label: "Cancelled", statuses: ["CANCELLED"], sort: "recent" },
];

const byId = new Map(columns.map((column) => [column.id, column]));
const byStatus = new Map(columns.flatMap((column) => column.statuses.map((status) => [status, column.id] as const)));

export const columnOf = (id: ColumnId): Column => byId.get(id)!;
export const columnIdOf = (status: TaskStatus): ColumnId => byStatus.get(status)!;

export type TasksByColumn = Readonly<Record<ColumnId, readonly Task[]>>;

/** All columns of a set of tasks, each in its order. A column whose tasks did not change keeps its array. */
export function groupByColumn(tasks: Iterable<Task>, previous?: TasksByColumn): TasksByColumn {
  const groups = Object.fromEntries(columns.map(({ id }) => [id, [] as Task[]])) as Record<ColumnId, Task[]>;
  for (const task of tasks) groups[columnIdOf(task.status)].push(task);
  const result = {} as Record<ColumnId, readonly Task[]>;
  for (const { id, sort } of columns) {
    const sorted = groups[id].sort(comparators[sort]);
    result[id] = previous && isSame(previous[id], sorted) ? previous[id] : sorted;
  }
  return result;
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const comparators: Record<Column["sort"], (a: Task, b: Task) => number> = {
  position: (a, b) => a.position - b.position || compareText(a.id, b.id),
  queue: (a, b) =>
    placeOf(a) - placeOf(b) || compareText(a.queuedAt ?? "", b.queuedAt ?? "") || compareText(a.id, b.id),
  recent: (a, b) => compareText(b.statusSince, a.statusSince) || compareText(b.id, a.id),
};

/** The server's place in the queue where it is known; those that wait for their time come last. */
function placeOf(task: Task): number {
  if (task.availableAt) return Number.MAX_SAFE_INTEGER;
  return task.queuePosition ?? Number.MAX_SAFE_INTEGER - 1;
}

const isSame = (a: readonly Task[], b: readonly Task[]) =>
  a.length === b.length && a.every((task, index) => task === b[index]);

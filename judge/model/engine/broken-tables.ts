import type { SessionRow, Tables, TaskRow } from "./tables.ts";
import type { TaskTold } from "./told.ts";

/** I6, and the other half of I4: where the tables do not say what the journal tells, or contradict themselves. */
export function brokenTables(
  found: Tables,
  tasks: ReadonlyMap<string, TaskTold>,
  lastSeqs: Readonly<Record<string, number>>,
): string[] {
  const { sessions, streams } = found;
  const count =
    found.tasks.length === tasks.size ? [] : [`the journal knows ${tasks.size} tasks, the table ${found.tasks.length}`];
  const halfEnded = sessions.filter((one) => one.isEnded === isLive(one));
  return [
    ...count,
    ...found.tasks.flatMap((row) => brokenTask(found, row, tasks.get(row.id))),
    ...streams
      .filter(({ id, lastSeq }) => lastSeq !== (lastSeqs[id] ?? 0))
      .map(({ id, lastSeq }) => `stream ${id} ends at ${lastSeqs[id] ?? 0}, its counter says ${lastSeq}`),
    ...halfEnded.map(
      ({ id, status }) => `session ${id} is ${status} and ${isLive({ status }) ? "ended" : "not ended"}`,
    ),
    ...cycles(found),
  ];
}

export const isLive = ({ status }: Pick<SessionRow, "status">): boolean =>
  status === "STARTING" || status === "RUNNING";

function brokenTask({ tasks, sessions, edges }: Tables, row: TaskRow, told: TaskTold | undefined): string[] {
  const mine = sessions.filter(({ taskId }) => taskId === row.id);
  const live = mine.filter(isLive);
  const isOpen = (id: string) => tasks.find((one) => one.id === id)?.status !== "COMPLETED";
  const open = edges.filter(({ taskId, dependsOnId }) => taskId === row.id && isOpen(dependsOnId)).length;
  const present = mine.filter((one) => one.isPresent).map(({ attempt }) => attempt);
  const facts = [
    ["status", told?.status, row.status],
    ["generation", told?.generation, row.generation],
    ["attempts", told?.attempts, row.attempts],
    ["sessions", told?.attempts, mine.length],
    ["distinct attempts", mine.length, new Set(mine.map(({ attempt }) => attempt)).size],
    ["live attempt", told?.liveAttempt ?? null, live[0]?.attempt ?? null],
    ["live sessions", row.status === "RUNNING" || row.status === "VALIDATING" ? 1 : 0, live.length],
    ["attempts with processes", [...(told?.present ?? [])].sort().join(), present.sort().join()],
    ["open dependencies", open, row.openDependencies],
  ] as const;
  return facts
    .filter(([, wanted, is]) => wanted !== is)
    .map(([what, wanted, is]) => `${row.id}: ${what} ${wanted} by the journal, ${is} in the table`);
}

/** What is left when everything has been taken away that waits for nothing left. */
function cycles({ tasks, edges }: Tables): string[] {
  const left = new Set(tasks.map(({ id }) => id));
  const waits = (id: string) => edges.some(({ taskId, dependsOnId }) => taskId === id && left.has(dependsOnId));
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const id of [...left]) if (!waits(id)) left.delete(id);
  }
  return left.size === 0 ? [] : [`${left.size} tasks are in or behind a cycle`];
}

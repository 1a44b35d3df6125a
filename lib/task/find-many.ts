import type { Tx } from "@/lib/db.ts";
import { isUuid } from "@/lib/project/find.ts";
import { readTaskKey } from "@/lib/task/find.ts";

/** A task that was named, as far as whoever waits for it has to know. */
export interface NamedTask {
  id: string;
  projectId: string;
  status: string;
}

/** Tasks by id or by key such as DEMO-12, each under the name it was asked by; names of no task are missing. One statement for all. */
export async function findTasks(tx: Tx, names: readonly string[]): Promise<Map<string, NamedTask>> {
  const asked = [...new Set(names)].flatMap((name) => readName(name) ?? []);
  if (asked.length === 0) return new Map();
  const rows = await tx.$queryRaw<(NamedTask & { name: string })[]>`
    WITH asked AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS x(name text, id uuid, key text, number int)
    )
    SELECT a.name, t.id, t."projectId", t.status FROM asked a JOIN "Task" t ON t.id = a.id
    UNION ALL
    SELECT a.name, t.id, t."projectId", t.status FROM asked a
    JOIN "Project" p ON p.key = a.key JOIN "Task" t ON t."projectId" = p.id AND t.number = a.number`;
  return new Map(rows.map(({ name, ...task }) => [name, task]));
}

function readName(name: string): object | null {
  if (isUuid(name)) return { name, id: name };
  const named = readTaskKey(name);
  return named && { name, ...named };
}

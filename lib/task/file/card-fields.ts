import type { Tx } from "@/lib/db.ts";
import { append } from "@/lib/task/append.ts";
import type { FileFields } from "@/lib/task/file/fields.ts";
import { instructionOf } from "@/lib/task/file/instruction.ts";
import { tidy } from "@/lib/task/file/tidy.ts";
import type { TaskRow } from "@/lib/task/find.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** What a card says of what its file says, too. */
export async function cardFields(tx: Tx, task: TaskRow): Promise<FileFields> {
  return fieldsOf(task, (await waitedFor(tx, [task.id])).get(task.id) ?? []);
}

/** The numbers of what each of these cards waits for, in order. */
export async function waitedFor(tx: Tx, taskIds: string[]): Promise<Map<string, number[]>> {
  const rows = await tx.dependency.findMany({
    where: { taskId: { in: taskIds } },
    select: { taskId: true, dependsOn: { select: { number: true } } },
    orderBy: { dependsOn: { number: "asc" } },
  });
  const numbers = new Map<string, number[]>();
  for (const { taskId, dependsOn } of rows) append(numbers, taskId, dependsOn.number);
  return numbers;
}

export function fieldsOf(task: TaskRow, waitsFor: readonly number[]): FileFields {
  const type = task.type as TaskType;
  return {
    title: task.title,
    type,
    instruction: instructionOf(type, task.spec as Record<string, unknown>),
    description: tidy(task.description),
    priority: task.priority,
    area: task.area === "" ? null : task.area,
    assignee: task.assignee === "" ? null : task.assignee,
    tags: task.tags,
    dependsOn: waitsFor.map((number) => `${task.project.key}-${number}`),
  };
}

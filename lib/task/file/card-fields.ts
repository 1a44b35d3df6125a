import type { Tx } from "@/lib/db.ts";
import { type FileFields, tidy } from "@/lib/task/file/fields.ts";
import { instructionOf } from "@/lib/task/file/instruction.ts";
import type { TaskRow } from "@/lib/task/find.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** What a card says of what its file says, too. */
export async function cardFields(tx: Tx, task: TaskRow): Promise<FileFields> {
  const dependencies = await tx.dependency.findMany({
    where: { taskId: task.id },
    select: { dependsOn: { select: { number: true } } },
    orderBy: { dependsOn: { number: "asc" } },
  });
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
    dependsOn: dependencies.map(({ dependsOn }) => `${task.project.key}-${dependsOn.number}`),
  };
}

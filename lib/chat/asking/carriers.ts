import { listAgents } from "@/lib/agent/agent.ts";
import type { Tx } from "@/lib/db.ts";
import type { ProjectRow } from "@/lib/project/find.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

/** The types of task that can be carried out here: the project's usual one first, whatever it is, then commands, then agents. */
export async function carriersOf(tx: Tx, project: ProjectRow): Promise<[TaskType, ...TaskType[]]> {
  const usual = projectSettingsSchema.parse(project.settings).defaultTaskType;
  const usable = await usableTypes(tx);
  return [usual, ...taskTypes.filter((type) => type !== usual && usable.has(type))];
}

export async function usableTypes(tx: Tx): Promise<ReadonlySet<TaskType>> {
  const { orchestrators } = await listAgents(tx);
  const found = new Set(
    orchestrators.flatMap(({ agents }) => agents.filter(({ problem }) => problem === null).map(({ name }) => name)),
  );
  return new Set(taskTypes.filter((type) => type === "cli" || found.has(programOf[type] ?? type)));
}

/** Where a type goes by the program of another one. */
const programOf: Partial<Record<TaskType, string>> = { "claude-agent": "claude-code" };

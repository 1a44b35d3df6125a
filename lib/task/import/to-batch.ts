import type { ReadTask } from "@/lib/task/import/reading.ts";
import { commandIn, specFromTitle } from "@/lib/task/spec-from-title.ts";
import type { taskTypes } from "@/lib/task/task-types.ts";

type TaskType = (typeof taskTypes)[number];

/** What can run as it was read; the others are drafts until somebody says what to run, as a spec does in which nothing stands. */
export const canRun = ({ type, spec, title }: ReadTask, usual: TaskType): boolean =>
  spec === undefined ? (type ?? usual) !== "cli" || commandIn(title) !== null : Object.keys(spec).length > 0;

/** Entries of task.createBatch. `usual`: the project's type of task where none was said. */
export const toBatch = (tasks: readonly ReadTask[], usual: TaskType, status: "DRAFT" | "APPROVED") =>
  tasks.map((task) => {
    const { place: _, ...fields } = task;
    const type = task.type ?? usual;
    const spec = task.spec ?? (canRun(task, usual) ? specFromTitle(type, task.description ?? task.title) : {});
    return { ...fields, type, spec, status: canRun(task, usual) ? status : ("DRAFT" as const) };
  });

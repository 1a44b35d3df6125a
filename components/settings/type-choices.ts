import { taskTypes } from "@/lib/task/task-types.ts";

/** The types of task, by the names they have everywhere. */
export const typeChoices = taskTypes.map((type) => ({ value: type, label: type }));

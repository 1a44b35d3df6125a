import { parseAsStringLiteral } from "nuqs";
import type { TaskStatus } from "@/lib/task/machine.ts";

export const taskTabs = ["overview", "sessions", "logs", "terminal", "activity"] as const;
export type TaskTab = (typeof taskTabs)[number];

const withLogsFirst: readonly TaskStatus[] = ["RUNNING", "FAILED", "STALLED"];

/** The `tab` of the URL. */
export const tabInUrl = parseAsStringLiteral(taskTabs).withOptions({ history: "push", scroll: false });

/** Where a task opens when the URL names no tab: at its log while it runs and after it broke. */
export function defaultTab(task: { status: TaskStatus; attempts: number }): TaskTab {
  return withLogsFirst.includes(task.status) && task.attempts > 0 ? "logs" : "overview";
}

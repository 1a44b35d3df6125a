import type { taskTypes } from "@/lib/task/task-types.ts";

/** One card to be, as it was read. */
export interface ReadTask {
  /** Its name among the others: what waits for it says this, or the key of a task that is there already. */
  ref: string;
  /** Where it stands: its line, or its place in the list, from 1. */
  place: number;
  title: string;
  description?: string;
  type?: (typeof taskTypes)[number];
  /** {}: nothing is to be run as yet. */
  spec?: Record<string, unknown>;
  priority?: number;
  tags?: string[];
  area?: string;
  assignee?: string;
  dependsOn: string[];
}

export interface Remark {
  place: number;
  message: string;
}

/** What a text says. A remark is something in it that was not taken; the rest of it was. */
export interface Reading {
  tasks: ReadTask[];
  remarks: Remark[];
  /** Entries that are done already, and left out. */
  done: number;
  /** What places count. */
  unit: "Line" | "Entry";
}

export const nothingRead = (message: string): Reading => ({
  ...{ tasks: [], done: 0, unit: "Entry" },
  remarks: [{ place: 1, message }],
});

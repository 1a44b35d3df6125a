import type { TaskStatus } from "@/lib/task/machine.ts";

const others: Record<string, readonly TaskStatus[]> = {
  todo: ["DRAFT", "APPROVED", "QUEUED"],
  backlog: ["DRAFT", "APPROVED"],
  open: ["DRAFT", "APPROVED", "QUEUED", "RUNNING", "VALIDATING", "REVIEW"],
  ready: ["APPROVED", "QUEUED"],
  inprogress: ["RUNNING", "VALIDATING", "REVIEW"],
  doing: ["RUNNING", "VALIDATING", "REVIEW"],
  inreview: ["REVIEW"],
  done: ["COMPLETED"],
  complete: ["COMPLETED"],
  closed: ["COMPLETED", "CANCELLED"],
  canceled: ["CANCELLED"],
};

/** The one spelling that is written. */
export const statusWord = (status: TaskStatus): string => status.toLowerCase();

/** Whether what a person wrote says the same as the status; "To Do", in-progress and IN_PROGRESS are words for several. */
export function saysStatus(word: string, status: TaskStatus): boolean {
  const plain = word.toLowerCase().replaceAll(/[\s_-]/g, "");
  return plain === status.toLowerCase() || (others[plain]?.includes(status) ?? false);
}

/** Whether a person asks to have the approval taken back: the one thing a word in a file does. */
export const asksForDraft = (word: string): boolean => word.trim().toLowerCase() === "draft";

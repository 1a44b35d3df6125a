import type { Color } from "./terminal.ts";

const colors: Record<string, Color> = {
  RUNNING: "cyan",
  STARTING: "cyan",
  VALIDATING: "cyan",
  QUEUED: "yellow",
  REVIEW: "magenta",
  COMPLETED: "green",
  SUCCEEDED: "green",
  FAILED: "red",
  TIMED_OUT: "red",
  STALLED: "red",
  LOST: "red",
  DRAFT: "gray",
  CANCELLED: "gray",
  ok: "green",
  warn: "yellow",
  fail: "red",
};

/** Of a task, a session or a check. */
export const statusColor = (status: string): Color | null => colors[status] ?? null;

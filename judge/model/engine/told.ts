import type { TaskStatus } from "@/lib/task/machine.ts";

/** What the journal has told of a task so far. */
export interface TaskTold {
  streamId: string;
  status: TaskStatus;
  version: number;
  generation: number;
  attempts: number;
  isQueuedBySystem: boolean;
  availableAtMs: number;
  /** The attempt whose session is live. */
  liveAttempt: number | null;
  /** Attempts whose processes are not said to be gone. */
  present: Set<number>;
}

/** A claim as the journal tells it. */
export interface ClaimTold {
  taskId: string;
  attempt: number;
  workerId: string;
}

export const newlyTold = (streamId: string, status: TaskStatus): TaskTold => ({
  streamId,
  status,
  version: 1,
  generation: 1,
  attempts: 0,
  isQueuedBySystem: false,
  availableAtMs: 0,
  liveAttempt: null,
  present: new Set(),
});

import { findTaskMove, type TaskStatus, verbsOfPerson } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

/** What a person can do with a task, as the screens call it. */
export type PersonVerb =
  | "approve"
  | "withdraw"
  | "queue"
  | "unqueue"
  | "cancel"
  | "retry"
  | "complete"
  | "reopen"
  | "accept"
  | "requestChanges";

export const verbLabels: Record<PersonVerb, string> = {
  approve: "Approve",
  withdraw: "Withdraw",
  queue: "Queue",
  unqueue: "Unqueue",
  cancel: "Cancel",
  retry: "Retry",
  complete: "Complete by hand",
  reopen: "Reopen",
  accept: "Accept",
  requestChanges: "Request changes",
};

/** In the past, for `DEMO-12 queued`. */
export const verbsDone: Record<PersonVerb, string> = {
  approve: "approved",
  withdraw: "withdrawn",
  queue: "queued",
  unqueue: "back in Approved",
  cancel: "cancelled",
  retry: "queued again",
  complete: "completed",
  reopen: "reopened",
  accept: "accepted",
  requestChanges: "sent back with feedback",
};

/** The way back, where there is one: what a session has begun cannot be undone. */
export const oppositeOf: Partial<Record<PersonVerb, PersonVerb>> = {
  approve: "withdraw",
  withdraw: "approve",
  queue: "unqueue",
  unqueue: "queue",
};

/** The verbs legal now, in the order they are offered. A task that stopped is retried: that renews its attempts. */
export function verbsFor(status: TaskStatus): PersonVerb[] {
  const isStopped = status === "FAILED" || status === "STALLED";
  return verbsOfPerson(status).map((verb) => (isStopped && verb === "queue" ? "retry" : (verb as PersonVerb)));
}

export function isVerbLegal(verb: PersonVerb, status: TaskStatus): boolean {
  return verbsFor(status).includes(verb);
}

/** What the card shows until the server has answered. */
export function statusAfter(verb: PersonVerb): TaskStatus {
  return verb === "retry" ? "QUEUED" : findTaskMove(verb).to.at(-1)!;
}

export function optimisticChange(verb: PersonVerb): Partial<Task> {
  return {
    status: statusAfter(verb),
    statusSince: new Date().toISOString(),
    queuePosition: null,
    why: null,
    session: null,
  };
}

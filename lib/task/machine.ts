/**
 * The task's machine: every legal change of status, as data. The only writer of a status (the SQL function
 * `move_task`) is handed these rows with every call; ARCHITECTURE.md draws them; the board asks them which buttons to show.
 *
 *   DRAFT → APPROVED → QUEUED → RUNNING → (VALIDATING) → (REVIEW) → COMPLETED, or FAILED, STALLED, CANCELLED
 */
export const taskStatuses = [
  "DRAFT",
  "APPROVED",
  "QUEUED",
  "RUNNING",
  "VALIDATING",
  "REVIEW",
  "COMPLETED",
  "FAILED",
  "STALLED",
  "CANCELLED",
] as const;
export type TaskStatus = (typeof taskStatuses)[number];

export type Mover = "person" | "orchestrator" | "both";

interface TaskMove {
  readonly verb: string;
  readonly from: readonly TaskStatus[];
  /** Several only where the project's policy chooses. */
  readonly to: readonly TaskStatus[];
  readonly by: Mover;
}

const open = ["DRAFT", "APPROVED", "QUEUED", "RUNNING", "VALIDATING", "REVIEW", "FAILED", "STALLED"] as const;

export const taskMoves = [
  { verb: "approve", from: ["DRAFT"], to: ["APPROVED"], by: "person" },
  { verb: "withdraw", from: ["APPROVED"], to: ["DRAFT"], by: "person" },
  { verb: "queue", from: ["APPROVED", "FAILED", "STALLED"], to: ["QUEUED"], by: "both" },
  { verb: "unqueue", from: ["QUEUED"], to: ["APPROVED"], by: "both" },
  { verb: "claim", from: ["QUEUED"], to: ["RUNNING"], by: "orchestrator" },
  { verb: "succeed", from: ["RUNNING"], to: ["VALIDATING", "REVIEW", "COMPLETED"], by: "orchestrator" },
  { verb: "pass", from: ["VALIDATING"], to: ["REVIEW", "COMPLETED"], by: "orchestrator" },
  { verb: "reject", from: ["VALIDATING"], to: ["QUEUED", "FAILED"], by: "orchestrator" },
  { verb: "accept", from: ["REVIEW"], to: ["COMPLETED"], by: "person" },
  { verb: "requestChanges", from: ["REVIEW"], to: ["QUEUED"], by: "person" },
  { verb: "retry", from: ["RUNNING", "VALIDATING"], to: ["QUEUED"], by: "orchestrator" },
  { verb: "fail", from: ["RUNNING", "VALIDATING"], to: ["FAILED"], by: "orchestrator" },
  { verb: "stall", from: ["APPROVED", "QUEUED", "RUNNING"], to: ["STALLED"], by: "orchestrator" },
  { verb: "cancel", from: open, to: ["CANCELLED"], by: "person" },
  { verb: "complete", from: ["DRAFT", "APPROVED", "QUEUED", "REVIEW"], to: ["COMPLETED"], by: "person" },
  { verb: "reopen", from: ["COMPLETED", "FAILED", "CANCELLED"], to: ["APPROVED"], by: "person" },
] as const satisfies readonly TaskMove[];

export type TaskVerb = (typeof taskMoves)[number]["verb"];

export function findTaskMove(verb: TaskVerb): TaskMove {
  return taskMoves.find((move) => move.verb === verb)!;
}

export function isTaskMoveLegal(verb: TaskVerb, from: TaskStatus): boolean {
  return findTaskMove(verb).from.includes(from);
}

/** The verbs a person may use on a task in this status, in the order they are offered. */
export function verbsOfPerson(status: TaskStatus): TaskVerb[] {
  return taskMoves
    .filter((move) => move.by !== "orchestrator" && isTaskMoveLegal(move.verb, status))
    .map((m) => m.verb);
}

/** Statuses in which nothing more happens by itself. */
export const endedTaskStatuses = ["COMPLETED", "FAILED", "STALLED", "CANCELLED"] as const satisfies TaskStatus[];

/** Statuses in which a dependency may still be added: nothing has been claimed yet. */
export const editableGraphStatuses = [
  "DRAFT",
  "APPROVED",
  "QUEUED",
  "FAILED",
  "STALLED",
  "CANCELLED",
] as const satisfies TaskStatus[];

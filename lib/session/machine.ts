/**
 * The session's machine: one attempt to carry out a task, from claim to end.
 *
 *   STARTING → RUNNING → SUCCEEDED | FAILED | TIMED_OUT | STALLED | CANCELLED | LOST
 */
export const sessionStatuses = [
  "STARTING",
  "RUNNING",
  "SUCCEEDED",
  "FAILED",
  "TIMED_OUT",
  "STALLED",
  "CANCELLED",
  "LOST",
] as const;
export type SessionStatus = (typeof sessionStatuses)[number];

export const liveSessionStatuses = ["STARTING", "RUNNING"] as const satisfies SessionStatus[];

interface SessionMove {
  readonly verb: string;
  readonly from: readonly SessionStatus[];
  readonly to: SessionStatus;
}

export const sessionMoves = [
  { verb: "start", from: ["STARTING"], to: "RUNNING" },
  { verb: "succeed", from: liveSessionStatuses, to: "SUCCEEDED" },
  { verb: "fail", from: liveSessionStatuses, to: "FAILED" },
  { verb: "timeOut", from: liveSessionStatuses, to: "TIMED_OUT" },
  { verb: "stall", from: liveSessionStatuses, to: "STALLED" },
  { verb: "cancel", from: liveSessionStatuses, to: "CANCELLED" },
  { verb: "lose", from: liveSessionStatuses, to: "LOST" },
] as const satisfies readonly SessionMove[];

export type SessionVerb = (typeof sessionMoves)[number]["verb"];

export const isSessionLive = (status: string): boolean => (liveSessionStatuses as readonly string[]).includes(status);

/** Why a session ended or did not start; the code stays, the sentence is for people. */
export const sessionReasons = {
  EXIT_ZERO: "The command ended with exit code 0.",
  EXIT_CODE: "The command ended with an exit code other than 0.",
  REPORTED: "The sandbox reported its result.",
  TIMEOUT: "The time limit of the task was reached.",
  CANCELLED_BY_PERSON: "A person cancelled it.",
  COMMAND_NOT_FOUND: "The command was not found.",
  WORKING_DIRECTORY: "The working directory does not exist in the clone or leaves it.",
  REPOSITORY: "The project's repository could not be read.",
  MERGE_CONFLICT: "The results of the dependencies do not merge.",
  UNSUPPORTED_TYPE: "No executor is installed for this task type.",
  INVALID_SPEC: "The task's spec does not fit its type.",
  START_FAILED: "The session could not be started.",
  COMMIT_FAILED: "The work could not be committed on its branch.",
  CLONE_MISSING: "Its clone was deleted.",
  NEVER_LAUNCHED: "The orchestrator stopped before the command was started.",
  PROCESS_VANISHED: "The process disappeared without leaving an exit status.",
  LEASE_EXPIRED: "The orchestrator that held the session stopped answering.",
  RATE_LIMITED: "The provider of the agent asked to wait.",
  NO_HEARTBEAT: "Nobody has spoken for the session any more, so the monitor gave it up.",
  SILENT: "It gave no sign of life for longer than the project allows.",
  RESOURCE_LIMIT: "It used more of a resource than it was given.",
  DISK_FULL: "There was no space left on the disk.",
  DONE: "The agent said that it is done.",
  AGENT_ERROR: "The agent ended with an error.",
  AGENT_CRASHED: "The agent ended without a word.",
  AGENT_NOT_FOUND: "The agent's program was not found.",
  AUTHENTICATION: "The agent's provider did not accept its credentials, or there are none.",
  MCP_SERVER: "An MCP server of the task could not be used.",
  PERMISSION_DENIED: "The agent was not allowed what it needed.",
  NO_RESULT: "The agent ended without a result.",
  NO_CHANGES: "Changes were asked for and there are none.",
  MAX_TURNS: "The agent used up its turns.",
  OVER_BUDGET: "It cost as much as it may.",
  SANDBOX_UNAVAILABLE: "The sandbox provider of the project cannot be used on the orchestrator's machine.",
} as const;
export type SessionReason = keyof typeof sessionReasons;

/** What kind of end it was: the retry policy speaks of these. */
export const errorClasses = ["EXIT", "TIMEOUT", "START", "RATE_LIMIT", "LOST", "INCURABLE"] as const;
export type ErrorClass = (typeof errorClasses)[number];

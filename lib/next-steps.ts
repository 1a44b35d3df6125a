import type { ErrorCode } from "@/lib/errors.ts";

/** What whoever was refused does next, for programs and agents: one sentence for each code of the closed table. */
export const nextSteps: Record<ErrorCode, string> = {
  VALIDATION_FAILED: "Correct the fields in details.issues, then call again.",
  MALFORMED_BODY: "Send one well-formed JSON object.",
  UNSUPPORTED_MEDIA_TYPE: "Send the body as application/json.",
  PAYLOAD_TOO_LARGE: "Send less: split the call into several.",
  UNAUTHENTICATED: "Give a valid token: the file token in RUNBOARD_HOME, or RUNBOARD_TOKEN.",
  FORBIDDEN: "Do not try again. Ask a person to do it, or to change what you may do.",
  HOST_NOT_ALLOWED: "Use a name of the server that is in RUNBOARD_ALLOWED_HOSTS, or 127.0.0.1.",
  ORIGIN_NOT_ALLOWED: "Call without an Origin header and with a token.",
  NOT_FOUND: "Look the id or key up in a list (task.list, session.list, project.list), then call again.",
  METHOD_NOT_ALLOWED: "Use the method that the reference at /docs names.",
  ILLEGAL_TRANSITION:
    "Read the row again: details.found is its status, details.allowed are those it would have to be in.",
  TASK_BLOCKED: "Wait until the tasks in details have been completed, or queue with force where a person wants that.",
  TASK_HAS_DEPENDENTS: "Remove the dependencies of the tasks that wait for it first, or cancel it instead.",
  DEPENDENCY_CYCLE: "Leave out one of the dependencies along details.path.",
  DEPENDENCY_OTHER_PROJECT: "Name tasks of the same project only.",
  VERSION_CONFLICT: "Read the row again, apply your change to it, and send its version.",
  STALE_ATTEMPT: "Stop: this attempt has ended or another one has taken over.",
  KEY_TAKEN: "Choose another key.",
  PROMPT_REFUSED: "Give the words as feedback for the next attempt: session.continue.",
  PROJECT_ARCHIVED: "Work in another project: nothing changes in an archived one.",
  IDEMPOTENCY_KEY_REUSED: "Use a new Idempotency-Key for a new request.",
  REPOSITORY_UNUSABLE: "Look at it with project.checkRepository, and name a repository the orchestrator can read.",
  QUEUE_FULL: "Wait until the queue is shorter (queue.status), then call again.",
  CAPACITY: "Wait for a free slot, or start with queue = true.",
  RESOURCE_EXHAUSTED: "Wait until what details name is free, or ask for less.",
  NO_WORKER: "Ask a person to start an orchestrator, then call again.",
  UNAVAILABLE: "Wait a second, then call again: nothing was changed.",
  INTERNAL: "Try once more; if it fails again, tell a person: the server's log has the details.",
};

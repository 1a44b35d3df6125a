import { sessionReasons } from "@/lib/session/machine.ts";

/** Codes a task's move may carry besides those of sessions. */
const moveReasons: Record<string, string> = {
  CLAIMED: "An orchestrator took it up.",
  ASKED: "A person asked for it.",
  AUTONOMOUS: "Autonomous mode queued it.",
  AUTONOMOUS_OFF: "Autonomous mode was turned off.",
  BY_HAND: "It was done by hand.",
  CHANGES_REQUESTED: "Changes were requested.",
  DEPENDENCY_ADDED: "A dependency was added.",
  DEPENDENCY_REOPENED: "A task it waits for was reopened.",
  PENDING_TIMEOUT: "It waited longer than the project allows.",
  PROJECT_ARCHIVED: "The project was archived.",
  QUARANTINED: "Its sessions kept getting lost, so it is kept apart until a person has looked.",
  QUEUE_CLEARED: "The queue was cleared.",
  START_PROCESSING: "Processing was started once.",
  WAITED_TOO_OFTEN: "It had to wait twenty times in a row.",
};

/** The sentence of a reason code; an unknown code is shown as it is, so that nothing is hidden. */
export function reasonSentence(code: string | null): string | null {
  if (code === null || code === "") return null;
  return (sessionReasons as Record<string, string>)[code] ?? moveReasons[code] ?? code;
}

/** Codes that only repeat what the verb says already. */
const selfEvident = new Set(["ASKED", "BY_HAND", "CANCELLED_BY_PERSON", "CHANGES_REQUESTED", "CLAIMED"]);

/** The reason of a move where it adds something to the verb. */
export function addedReason(code: string | null): string | null {
  return code !== null && selfEvident.has(code) ? null : reasonSentence(code);
}

/** What a person can do about an ended attempt. Null where trying again is all there is. */
export function adviceFor(code: string | null): string | null {
  return code === null ? null : (advice[code] ?? null);
}

const advice: Record<string, string> = {
  EXIT_CODE: "Read the log at its end, correct the task or the repository, then retry.",
  TIMEOUT: "Give it a longer time limit under Details, or make the task smaller, then retry.",
  COMMAND_NOT_FOUND: "Correct the command, or install the program on the orchestrator's machine, then retry.",
  WORKING_DIRECTORY: "Correct the working directory: a path inside the repository. Then retry.",
  REPOSITORY: "Check the project's repository and base branch in the settings, then retry.",
  MERGE_CONFLICT: "Merge the branches of the dependencies by hand, or remove one of the dependencies, then retry.",
  UNSUPPORTED_TYPE: "Choose a task type that is installed here.",
  INVALID_SPEC: "Correct the spec, then retry.",
  START_FAILED: "The log of the orchestrator says more. Then retry.",
  COMMIT_FAILED: "Look for a hook or an unusable file in the working copy, then retry.",
  CLONE_MISSING: "Look for what deletes directories under the home of Runboard, then retry.",
  LEASE_EXPIRED: "Check that the orchestrator is running, then retry.",
  NEVER_LAUNCHED: "Check that the orchestrator is running, then retry.",
  PROCESS_VANISHED: "The machine may have run out of memory. Then retry.",
  NO_HEARTBEAT: "Check that the orchestrator is running, then retry.",
  QUARANTINED: "Look whether the task ends its host, by the memory it uses or by what it kills. Then retry.",
  RATE_LIMITED: "Wait for the provider, or use another type of agent, then retry.",
  WAITED_TOO_OFTEN: "Look at the limits of the provider and at the free space on the disk, then retry.",
  AGENT_ERROR: "Read the transcript at its end, correct the task, then retry.",
  AGENT_CRASHED: "Read the transcript at its end, then retry.",
  AGENT_NOT_FOUND:
    "Install the agent where the orchestrator runs, or choose another type. Settings, Agents shows what was found.",
  AUTHENTICATION:
    "Give the orchestrator the provider's key (ANTHROPIC_API_KEY or CLAUDE_CODE_OAUTH_TOKEN for Claude), then retry.",
  MCP_SERVER: "Look at the MCP servers of the task and of the project, then retry.",
  PERMISSION_DENIED:
    "Read what it wanted to do. Allow it in the project's settings, or say how to do without, then retry.",
  NO_RESULT: "Read the transcript at its end, then retry.",
  NO_CHANGES: "Say in the task what has to change, then retry.",
  MAX_TURNS: "Make the task smaller, or allow more turns, then retry.",
  OVER_BUDGET: "Raise the budget of a session in the settings, or make the task smaller, then retry.",
  SANDBOX_UNAVAILABLE:
    "Settings, Agents says why. Install what is missing, or choose another provider for the project.",
  SILENT: "Read the log at its end; give it a longer idle timeout in the settings if it was only quiet. Then retry.",
  PENDING_TIMEOUT: "Retry it and look under Why what it waits for, or let tasks wait longer in the settings.",
};

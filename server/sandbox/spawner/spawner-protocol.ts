import type { ProcessIdentity } from "../../process-identity.ts";

/** What goes over the channel between the orchestrator and its spawner helper. Builtins and types only. */

export interface ProgramRequest {
  /** Looked up on `env.PATH` when it holds no slash. */
  command: string;
  args: string[];
  cwd?: string;
  /** The whole environment: nothing is inherited. */
  env: Record<string, string>;
  timeoutMs: number;
  input?: string;
  /** Per stream; what exceeds it is dropped and `isTruncated` says so. Default 16 MiB. */
  maxOutputBytes?: number;
  /** How input and output are read; "latin1" carries any bytes through unchanged. Default "utf8". */
  encoding?: "utf8" | "latin1";
}

export interface ProgramResult {
  exitCode: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  isTruncated: boolean;
}

export interface LaunchRequest {
  sessionId: string;
  /** The session's directory, see session-directory.ts. */
  directory: string;
  command: string;
  args: string[];
  /** Absolute, inside the clone: checked by the caller. */
  workingDirectory: string;
  /** The whole environment, PATH included. */
  environment: Record<string, string>;
  /** The directories of the control groups the command joins. */
  groups: string[];
  /** The perl that makes the wrapper a child subreaper; null where it is not needed or cannot be had. */
  perl: string | null;
}

/** Sessions that live until a moment and no longer, unless a later guard says otherwise before. See session-guard.ts. */
export interface Guard {
  /** On the machine's clock (machine-clock.ts). */
  untilMs: number;
  /** A file that stands while the guard is armed. Whoever takes the sessions over removes it. */
  mandate: string;
  sessions: GuardedSession[];
}

export interface GuardedSession {
  sessionId: string;
  directory: string;
  identity: ProcessIdentity | null;
}

export type LaunchErrorCode =
  | "COMMAND_NOT_FOUND"
  | "WORKING_DIRECTORY_MISSING"
  | "WORKING_DIRECTORY_OUTSIDE"
  | "ENVIRONMENT_NOT_ALLOWED"
  | "ALREADY_LAUNCHED"
  | "LEASE_ENDED"
  | "SANDBOX_UNAVAILABLE"
  | "START_FAILED";

/** Nothing of the session runs when this is thrown, except with ALREADY_LAUNCHED, where an earlier launch may. */
export class LaunchError extends Error {
  readonly code: LaunchErrorCode;

  constructor(code: LaunchErrorCode, message: string) {
    super(message);
    this.name = "LaunchError";
    this.code = code;
  }
}

export type HelperRequest =
  | { kind: "run"; id: number; program: ProgramRequest }
  | { kind: "launch"; id: number; launch: LaunchRequest }
  | { kind: "guard"; id: number; guard: Guard | null }
  | { kind: "abort"; id: number };

export type HelperReply =
  | { kind: "ready" }
  | { kind: "ran"; id: number; result: ProgramResult }
  | { kind: "launched"; id: number; identity: ProcessIdentity }
  | { kind: "guarded"; id: number }
  | { kind: "failed"; id: number; code: LaunchErrorCode; message: string }
  | { kind: "exit"; sessionId: string };

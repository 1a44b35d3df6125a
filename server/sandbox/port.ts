import type { ProcessIdentity } from "../process-identity.ts";
import type { MemoryHit } from "./cgroup/memory-hit.ts";
import type { Limits, Means } from "./means.ts";
import type { MeasuredSession, Usage } from "./usage.ts";

/** Where sessions run. One provider per file; `describeSandbox` in conformance.ts says when one is done. Registry: registry.ts. */
export interface Sandbox {
  /** What the session's row records. */
  readonly name: string;
  /** Whether the provider confines what it runs; the UI says so when it does not. */
  readonly isIsolated: boolean;
  /** By which means sessions started now are held. */
  means(): Promise<Means>;
  /** A session will be launched in a moment: what the machine takes its time for may begin. A hint. */
  announce(): void;
  /** Starts the session once and for all. Rejects with LaunchError (see spawner-protocol.ts). */
  launch(plan: SandboxPlan): Promise<Launched>;
  /** The truth, from disk and the process table. Cheap enough to poll; works after any restart. */
  look(directory: string, identity: ProcessIdentity | null): Promise<Outcome>;
  /** True: nothing was ever launched in this directory and nothing ever will be. False: something was. */
  forbidLaunch(directory: string): Promise<boolean>;
  /** Ends the session's whole tree; resolves with the pids that could not be ended, [] as a rule. */
  terminate(sessionId: string, directory: string, identity: ProcessIdentity | null, graceMs: number): Promise<number[]>;
  /** What sessions use now, by session id; all in one pass. */
  measure(sessions: readonly MeasuredSession[]): Map<string, Usage>;
  /** Whether the kernel ended processes of a session for their memory, others may live on; known until `terminate`. */
  memoryHit(directory: string): MemoryHit | null;
  /** A hint that `look` has news. Not given for sessions started before this process (or its helper) started. */
  onExit(listener: (sessionId: string) => void): void;
  /** Deletes the session's directory with everything in it; harmless when it is gone. */
  remove(directory: string): Promise<void>;
}

export interface SandboxPlan {
  sessionId: string;
  /** `<sessions>/<sessionId>`, absolute; the clone is `work/` in it. */
  directory: string;
  command: string;
  args: string[];
  /** The command was found by the operator's settings, not named by a task: it is shown inside wherever it lies. */
  isOperators?: true;
  /** Relative to the clone; null is the clone itself. */
  workingDirectory: string | null;
  /** What the task asks for, checked by session-environment.ts. */
  environment: Record<string, string>;
  /** What we tell the session (callback address, token): names begin with RUNBOARD_. */
  runboardEnvironment?: Record<string, string>;
  /** What it may use at most; absent: no limits. */
  limits?: Limits;
  /** What a provider that isolates lets it reach besides Runboard: nothing unless said, or all that the machine does. */
  network?: "none" | "host";
  /** Ports of the sandbox's own loopback that lead to Unix sockets of the host. Only a provider that isolates has them, and not with the machine's network. */
  relays?: readonly Relay[];
  /** `own`: the driver gives it a terminal that nobody else reads, and it is to have job control there. */
  terminal?: "none" | "own";
  /** Runs outside of the confinement and starts the command in it: `<command> <args…> -- <the command in its confinement…>`. */
  driver?: Driver;
}

export interface Relay {
  port: number;
  /** Absolute path; its directory is there before the launch, the socket may come and go. */
  socket: string;
}

export interface Driver {
  command: string;
  args: string[];
  /** For the driver alone, beside the session's; names begin with RUNBOARD_. It keeps them from what it starts. */
  environment: Record<string, string>;
}

export interface Launched {
  /** The session's wrapper. */
  identity: ProcessIdentity;
  /** By which means this session is held, for as long as it lives. */
  means: Means;
}

export type Outcome =
  | { kind: "running"; identity: ProcessIdentity }
  /** 128 + n: ended by signal n. */
  | { kind: "exited"; exitCode: number }
  /** It was ended, or is being ended, because nobody renewed its lease. Terminate before a new attempt. */
  | { kind: "lease-ended" }
  /** Its wrapper is gone and left no exit status. Descendants may still live: terminate before a new attempt. */
  | { kind: "vanished"; detail: string }
  | { kind: "never-launched" };

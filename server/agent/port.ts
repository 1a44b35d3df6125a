import type { Readable, Writable } from "node:stream";
import type { AgentEnd, AgentEvent, InboxMessage } from "@/lib/agent/events.ts";
import type { AgentPlan } from "./plan.ts";

/**
 * What can carry out a task by thinking. One agent per file: it knows its program's dialect and nothing of sessions, sandboxes or the
 * database. It runs in the driver (driver.ts), beside the agent's process. `describeAgent` in conformance/ says when one is done.
 */
export interface Agent {
  /** What the program is called on PATH, and how its version is asked for. */
  readonly program: { names: readonly string[]; versionArgs: readonly string[] };
  /** How it is started; pure. Files are written before, below the agent's home. */
  command(plan: AgentPlan, place: AgentPlace): AgentCommand;
  /** Talks with the running agent until its work has ended, however it ended. Never rejects for what the agent did. */
  converse(link: AgentLink): Promise<AgentEnd>;
}

export interface AgentPlace {
  /** The gate: Anthropic's API below it, and an HTTP proxy for what CONNECT may reach. */
  gateUrl: string;
  /** Where the agent may keep its state, private to the session; what is in it is restored for a conversation that goes on. */
  stateDirectory: string;
}

export interface AgentCommand {
  args: string[];
  environment: Record<string, string>;
  /** Absolute path → content, mode 0600. */
  files: Record<string, string>;
}

export interface AgentLink {
  plan: AgentPlan;
  stdin: Writable;
  /** Lines of its stdout. */
  lines: AsyncIterable<string>;
  stderr: Readable;
  /** Resolves when its process has ended. */
  exited: Promise<{ exitCode: number | null; signal: string | null }>;
  /** What comes in while it runs, once each. Ends when the driver is told to end. */
  inbox: AsyncIterable<InboxMessage>;
  /** `at` is put in by the driver, texts are cut by it. */
  emit(event: WithoutTime<AgentEvent>): void;
}

export type WithoutTime<Event> = Event extends { at: string } ? Omit<Event, "at"> : never;

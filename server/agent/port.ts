import type { Writable } from "node:stream";
import type { AgentEnd, AgentEvent, InboxMessage } from "@/lib/agent/events.ts";
import type { AgentPlan } from "./plan.ts";

/**
 * What can carry out a task by thinking. One agent per file: it knows its program's dialect and nothing of sessions, sandboxes or the
 * database. It runs in the driver (driver.ts), beside the agent's process: builtins and types only, as every session has a driver.
 * `describeAgent` in conformance/ says when one is done.
 */
export interface Agent {
  /** How it is started; pure. Files are written before, below the agent's home. */
  command(plan: AgentPlan, place: AgentPlace): AgentCommand;
  /** Talks with the running agent until its work has ended, however it ended. Never rejects for what the agent did. */
  converse(link: AgentLink): Promise<AgentEnd>;
  /** Absent: its conversations cannot be gone on with. */
  readonly conversation?: KeptConversation;
}

/**
 * Which files of its state a later attempt needs to go on with the conversation. Nothing else is kept: what an agent could plant there
 * (settings, hooks, servers) would run in the next session. Paths are relative to the state directory, with slashes.
 */
export interface KeptConversation {
  /** The name it is kept by; null: it is not kept. Names hold no slash. */
  keep(path: string, conversationId: string): string | null;
  /** Where a kept file has to lie now: the clone may lie elsewhere than last time. Null: nowhere. */
  restore(name: string, plan: AgentPlan): string | null;
}

/** Paths are as the agent sees them. */
export interface AgentPlace {
  /** The gate: Anthropic's API below it, and an HTTP proxy for what CONNECT may reach. */
  gateUrl: string;
  /** Where the agent may keep its state, private to the session, below its home. */
  stateDirectory: string;
  /** The plan's, else a new one (a UUID) for agents that can be told theirs beforehand. */
  conversationId: string;
  /** Runboard's own MCP server; null: the project does not give it, or a server of the plan's goes by its name. */
  board: BoardServer | null;
}

export interface BoardServer {
  url: string;
  headers: Record<string, string>;
}

export interface AgentCommand {
  args: string[];
  environment: Record<string, string>;
  /** Absolute path → content, mode 0600. */
  files: Record<string, string>;
}

export interface AgentLink {
  plan: AgentPlan;
  place: AgentPlace;
  /** Errors of it are swallowed: what became of the agent is told by `exited`. */
  stdin: Writable;
  /** Lines of its stdout, without their ends. */
  lines: AsyncIterable<string>;
  /** The last it said on stderr, for the message of a crash; each line of it is a notice already. */
  lastWords(): string;
  /** Resolves when its process has ended and all of its output is in `lines`. */
  exited: Promise<AgentExit>;
  /** What comes in while it runs, once each. Ends when the driver is told to end. What is left in it is refused by the driver. */
  inbox: AsyncIterable<InboxMessage>;
  /** `at` is put in by the driver, texts are cut by it. */
  emit(event: WithoutTime<AgentEvent>): void;
}

export interface AgentExit {
  exitCode: number | null;
  signal: string | null;
  /** Why it could not be started, or that it was told to end; null: it ended by itself. */
  because: string | null;
}

export type WithoutTime<Event> = Event extends { at: string } ? Omit<Event, "at"> : never;

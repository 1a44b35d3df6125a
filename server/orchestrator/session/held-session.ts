import { join } from "node:path";
import { home } from "@/lib/env.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { ProcessIdentity } from "../../process-identity.ts";
import type { Means } from "../../sandbox/means.ts";
import type { Sandbox } from "../../sandbox/port.ts";

/** What is known of a session, whether claimed just now or adopted. */
export type SessionPlan = Omit<Claim, "spec">;

/** A session in the hands of this orchestrator. */
export interface HeldSession {
  readonly plan: SessionPlan;
  /** An agent carries it out, beside a driver that tells what it does; else a command, or a person in a terminal. */
  readonly hasAgent: boolean;
  /** Without changes it has not succeeded. */
  readonly expectsChanges: boolean;
  readonly directory: string;
  identity: ProcessIdentity | null;
  /** By which means its processes are known; null before it is launched. */
  means: Means | null;
  /** Where it is started; null: not chosen yet, or started by somebody before us. */
  sandbox: Sandbox | null;
  /** The sandbox provider that started it; null: not known, or recorded already. */
  provider: string | null;
  /** The repository its clone borrows objects from and its work is published to; null until it is known. */
  gitDir: string | null;
  /** What its clone started from; null until there is a clone. */
  startCommit: string | null;
  /** On this process's monotonic clock; counts towards the time limit. */
  startedAtMs: number;
  /** Aborts when the session was ended by somebody else: cancelled, reported, taken over. */
  readonly superseded: AbortController;
}

export function holdSession(plan: SessionPlan, spec: unknown = {}): HeldSession {
  return {
    plan,
    hasAgent: plan.type !== "cli" && plan.sessionType === "autonomous",
    expectsChanges: (spec as { expectsChanges?: unknown } | null)?.expectsChanges === true,
    directory: join(home.sessions, plan.sessionId),
    identity: null,
    means: null,
    sandbox: null,
    provider: null,
    gitDir: null,
    startCommit: null,
    startedAtMs: performance.now(),
    superseded: new AbortController(),
  };
}

import type { Random } from "../random.ts";
import { killPoints } from "./kill-points.ts";

export type FaultTarget =
  | "web"
  | "orchestrator"
  | "second"
  | "helper"
  | "wrapper"
  | "child"
  | "postmaster"
  | "backend"
  | "supervisor"
  | "everything";

/** One thing that goes wrong, when so many witnesses have started. */
export interface FaultPlan {
  afterStarts: number;
  /**
   * kill, term: SIGKILL, SIGTERM. pause: SIGSTOP for stopMs, then SIGCONT. point: SIGKILL at a named place. cut: a statement is
   * executed and its answer lost. reuse: a wrapper dies while nobody watches, and a stranger gets its pid.
   */
  kind: "kill" | "term" | "pause" | "point" | "cut" | "reuse";
  target: FaultTarget;
  stopMs: number;
  /** point: its name. cut: what the statement holds. */
  place: string;
}

export type WantedFault = Pick<FaultPlan, "kind"> & Partial<FaultPlan>;

interface FaultRequest {
  kills: number;
  tasks: number;
  hasSecondOrchestrator: boolean;
  hasProxy: boolean;
  /** Some that have to be among them. */
  wanted: readonly WantedFault[];
}

const killed: readonly (readonly [number, FaultTarget])[] = [
  [4, "orchestrator"],
  [2, "web"],
  [2, "helper"],
  [2, "wrapper"],
  [1, "child"],
  [1, "postmaster"],
  [1, "backend"],
  [1, "supervisor"],
  [1, "everything"],
];
const paused: readonly (readonly [number, FaultTarget])[] = [
  [5, "orchestrator"],
  [1, "web"],
  [1, "helper"],
  [1, "wrapper"],
  [1, "child"],
  [1, "postmaster"],
];
const statements = ["step(", "append_output(", "COMMIT", "journal_append("];
/** Shorter than a lease, and longer than two. */
const stopsMs = [400, 1000, 4000];

/** `kills` faults that kill, half as many others, and what is wanted. */
export function planFaults(random: Random, request: FaultRequest): FaultPlan[] {
  const wanted = [
    ...Array.from({ length: request.kills }, () => ({ kind: random.isTrue(0.55) ? "point" : "kill" }) as WantedFault),
    ...Array.from({ length: Math.ceil(request.kills / 2) }, () => ({ kind: otherKind(random, request) })),
    ...request.wanted,
  ];
  const plans = wanted.map((fault) => ({ ...planFault(random, fault.kind, request), ...fault }));
  return plans.sort((a, b) => a.afterStarts - b.afterStarts);
}

function otherKind(random: Random, { hasProxy }: FaultRequest): FaultPlan["kind"] {
  return random.weighted([
    [4, "pause"],
    [1, "term"],
    [1, "reuse"],
    [hasProxy ? 6 : 0, "cut"],
  ]);
}

function planFault(random: Random, kind: FaultPlan["kind"], { tasks, hasSecondOrchestrator }: FaultRequest): FaultPlan {
  const base = { kind, afterStarts: random.between(1, Math.max(1, Math.floor(tasks * 0.85))), stopMs: 0, place: "" };
  const withSecond = (target: FaultTarget) =>
    target === "orchestrator" && hasSecondOrchestrator && random.isTrue(0.5) ? "second" : target;
  switch (kind) {
    case "point":
      return { ...base, target: "orchestrator", place: random.pick(killPoints).name };
    case "cut":
      return { ...base, target: "backend", place: random.pick(statements) };
    case "reuse":
      return { ...base, target: "wrapper" };
    case "pause":
      return { ...base, target: withSecond(random.weighted(paused)), stopMs: random.pick(stopsMs) };
    case "term":
      return { ...base, target: withSecond(random.pick(["orchestrator", "web", "supervisor", "child", "wrapper"])) };
    default:
      return { ...base, target: withSecond(random.weighted(killed)) };
  }
}

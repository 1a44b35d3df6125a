import { randomOf } from "../random.ts";
import { type FaultPlan, planFaults, type WantedFault } from "./fault-plan.ts";
import { type PlannedTask, planGraph, type Shape } from "./graph.ts";

/** What one run does, all of it drawn from its seed: kept beside the run, and the same for the same seed. */
export interface RunPlan {
  seed: number;
  shape: Shape;
  tasks: PlannedTask[];
  faults: FaultPlan[];
  /** How the product runs. */
  leaseMs: number;
  isNotifyIgnored: boolean;
  hasSecondOrchestrator: boolean;
  /** The database is reached through a proxy that can take away an answer. */
  hasProxy: boolean;
  /** Without pages the product starts faster. */
  pages: "shipped" | "none";
  slots: number;
  sessionLimit: number;
  /** Writes of the people meanwhile. */
  edits: number;
}

export interface RunRequest {
  seed: number;
  shape?: Shape;
  tasks: number;
  /** At least so many processes are killed. */
  kills: number;
  /** No faults and nobody who interferes. */
  isClean?: boolean;
  /** What a seeded bug needs in order to show. */
  needs?: Partial<Pick<RunPlan, "hasSecondOrchestrator" | "hasProxy" | "isNotifyIgnored">> & {
    faults?: WantedFault[];
  };
}

export function planRun({ seed, shape, tasks, kills, isClean = false, needs = {} }: RunRequest): RunPlan {
  const random = randomOf(seed, "run");
  const { faults, ...forced } = needs;
  const drawn = {
    shape:
      shape ??
      random.weighted([
        [6, "random"],
        [3, "layered"],
        [1, "diamonds"],
        [1, "chain"],
      ] as const),
    isNotifyIgnored: random.isTrue(0.25),
    hasSecondOrchestrator: random.isTrue(0.3),
    hasProxy: random.isTrue(0.25),
    pages: random.pick(["shipped", "none"] as const),
    slots: random.between(4, 10),
    sessionLimit: random.between(4, 10),
    ...forced,
  };
  const planned = planGraph(randomOf(seed, "graph"), drawn.shape, tasks);
  return {
    ...drawn,
    seed,
    tasks: planned,
    faults: isClean ? [] : planFaults(randomOf(seed, "faults"), { kills, tasks, ...drawn, wanted: faults ?? [] }),
    leaseMs: 1500,
    edits: isClean ? 0 : Math.min(400, Math.ceil(tasks / 2)),
  };
}

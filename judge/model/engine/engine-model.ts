import fc from "fast-check";
import type { Board, BoardConfig, Project } from "../board/board.ts";
import type { Command } from "./command.ts";
import * as creation from "./creation.ts";
import type { Engine } from "./engine.ts";
import * as graph from "./graph.ts";
import * as hosts from "./hosts.ts";
import * as monitor from "./monitor.ts";
import * as moves from "./moves.ts";
import * as overlap from "./overlap.ts";
import * as policies from "./policies.ts";
import * as sandboxes from "./sandboxes.ts";
import * as turns from "./turns.ts";
import * as workers from "./workers.ts";

const mib = 1_048_576;
const startMs = 2_000_000_000_000;

/** How often each is drawn, out of all. */
const weights: [number, fc.Arbitrary<Command>][] = [
  [4, creation.create],
  [1, creation.createBatch],
  [8, moves.move],
  [1, moves.requestChanges],
  [6, moves.queue],
  [2, moves.start],
  [2, moves.prioritise],
  [2, graph.addEdge],
  [1, graph.removeEdge],
  [4, graph.remove],
  [7, policies.autonomous],
  [2, policies.startProcessing],
  [1, policies.clearQueue],
  [2, policies.updateSettings],
  [3, policies.configure],
  [30, turns.turn],
  [4, overlap.turns],
  [2, overlap.edits],
  [3, turns.start],
  [10, turns.complaints],
  [2, workers.renewal],
  [2, workers.change],
  [2, hosts.restart],
  [3, hosts.giveUp],
  [3, monitor.check],
  [6, workers.clock],
  [7, sandboxes.report],
  [1, sandboxes.heartbeat],
];
const commandsUpTo = (maxCommands: number) =>
  fc.commands(
    weights.flatMap(([times, arbitrary]) => Array.from({ length: times }, () => arbitrary)),
    { maxCommands, size: "max" },
  );

const slots = fc.integer({ min: 1, max: 3 });
const setting = fc.record({
  slots: fc.tuple(slots, slots, slots),
  isCounted: fc.nat({ max: 3 }).map((n) => n > 0),
  isAutonomous: fc.boolean(),
  policies: policies.policies,
  settings: fc.tuple(policies.settings, policies.settings),
  tasks: creation.beginning,
});

/**
 * Random sequences of all that people, orchestrators, sandboxes and faults do, on two projects and two hosts. After each step the
 * tables are what the model says, and the journal, folded from nothing, breaks no rule and tells the same.
 */
export const engineProperty = (engine: Engine, maxCommands: number) =>
  fc.asyncProperty(setting, fc.noBias(commandsUpTo(maxCommands)), async (drawn, steps) => {
    const board = newBoard();
    const restore = injectHost(board);
    try {
      await begin(board, engine, drawn);
      await fc.asyncModelRun(() => ({ model: board, real: engine }), steps);
    } finally {
      restore();
    }
  });

interface Setting {
  slots: [number, number, number];
  isAutonomous: boolean;
  policies: Partial<BoardConfig>;
  settings: [Partial<Project>, Partial<Project>];
  tasks: creation.Beginning;
  /** Whether the workers say what they have, so that resources are counted. */
  isCounted: boolean;
}

async function begin(board: Board, engine: Engine, drawn: Setting): Promise<void> {
  await engine.reset(board.nowMs);
  await addProject(board, engine, "first");
  await addProject(board, engine, "second");
  const has = drawn.isCounted ? { cpu: 3, memory: 3 * mib, disk: 2 * mib } : {};
  const hosts = [engine.newId(), engine.newId()] as const;
  for (const [index, hostId] of [hosts[0], hosts[0], hosts[1]].entries())
    await workers.register(board, engine, { hostId, slots: drawn.slots[index]!, has });
  await policies.decree(board, engine, drawn.policies, "ann");
  for (const [index, project] of [...board.projects.values()].entries()) {
    await policies.set(engine, { project, wanted: drawn.settings[index]!, name: "ann" });
    if (drawn.isAutonomous)
      await engine.call("project", "setAutonomousExecution", { projectId: project.id, enabled: true });
    project.isAutonomous = drawn.isAutonomous;
  }
  await creation.makeBeginning(board, engine, drawn.tasks);
  await engine.check(board);
}

const newBoard = (): Board => ({
  nowMs: startMs,
  config: {
    maxConcurrent: null,
    maxQueueSize: 10_000,
    priorityAgeingSeconds: 300,
    retryBaseMs: 10_000,
    retryCapMs: 300_000,
    maxConcurrentPerUser: null,
    maxConcurrentPerAgentType: {},
  },
  projects: new Map(),
  tasks: new Map(),
  sessions: new Map(),
  workers: new Map(),
  pauses: new Map(),
});

async function addProject(board: Board, engine: Engine, name: string): Promise<void> {
  const id = await engine.createProject(name);
  board.projects.set(id, {
    id,
    lastTaskNumber: 0,
    isAutonomous: false,
    sessionCpus: null,
    maxConcurrentSessions: 5,
    requireReview: false,
    pendingTimeoutSeconds: 3600,
    idleTimeoutSeconds: 900,
    escalationStrategy: "log_only",
  });
}

/** What this process itself would ask its machine for: the time, and jitter that changes with it. */
function injectHost(board: Board): () => void {
  const { now } = Date;
  const { random } = Math;
  Date.now = () => board.nowMs;
  Math.random = () => (board.nowMs % 997) / 997;
  return () => {
    Date.now = now;
    Math.random = random;
  };
}

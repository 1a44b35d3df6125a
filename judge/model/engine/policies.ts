import fc from "fast-check";
import {
  type Board,
  type BoardConfig,
  byRank,
  isBlocked,
  type Project,
  pick,
  queueLength,
  strategies,
  type Task,
} from "../board/board.ts";
import { moveTask } from "../board/move.ts";
import { type Command, command } from "./command.ts";
import type { Engine } from "./engine.ts";
import { anyone, ask, type Person, person } from "./people.ts";

const projectOf = (board: Board, n: number): Project => pick([...board.projects.values()], n)!;
const queued = (board: Board): Task[] =>
  [...board.tasks.values()].filter(({ status }) => status === "QUEUED").sort(byRank);

/** The switch: off returns what the system queued. */
export const autonomous: fc.Arbitrary<Command> = fc.tuple(anyone, fc.boolean(), person).map(([n, enabled, name]) =>
  command(`${name}: autonomous ${enabled} in ${n}`, async (board, engine) => {
    const project = projectOf(board, n);
    await ask(
      engine,
      { noun: "project", verb: "setAutonomousExecution", name, input: { projectId: project.id, enabled } },
      null,
    );
    const returned = queued(board).filter((task) => task.projectId === project.id && task.queuedBy === "system");
    if (project.isAutonomous && !enabled) for (const task of returned) moveTask(board, task, "unqueue");
    project.isAutonomous = enabled;
  }),
);

export const startProcessing: fc.Arbitrary<Command> = fc.tuple(anyone, person).map(([n, name]) =>
  command(`${name}: start processing in ${n}`, async (board, engine) => {
    const { id: projectId } = projectOf(board, n);
    const room = board.config.maxQueueSize - queueLength(board);
    const code = room > 0 ? null : "QUEUE_FULL";
    if (!(await ask(engine, { noun: "project", verb: "startProcessing", name, input: { projectId } }, code))) return;
    const ready = [...board.tasks.values()]
      .filter((task) => task.projectId === projectId && task.status === "APPROVED" && !isBlocked(board, task))
      .sort((a, b) => b.priority - a.priority || a.number - b.number);
    for (const task of ready.slice(0, room)) moveTask(board, task, "queue", { by: { type: "person", id: name } });
  }),
);

export const clearQueue: fc.Arbitrary<Command> = fc.tuple(anyone, fc.boolean(), person).map(([n, isOne, name]) =>
  command(`${name}: clear the queue${isOne ? ` of ${n}` : ""}`, async (board, engine) => {
    const { id: projectId } = projectOf(board, n);
    await ask(engine, { noun: "queue", verb: "clear", name, input: isOne ? { projectId } : {} }, null);
    for (const task of queued(board)) if (!isOne || task.projectId === projectId) moveTask(board, task, "unqueue");
  }),
);

export const settings = fc.record({
  maxConcurrentSessions: fc.integer({ min: 1, max: 4 }),
  requireReview: fc.boolean(),
  sessionCpus: fc.constantFrom(null, null, 1, 2),
  pendingTimeoutSeconds: fc.constantFrom(5, 60, 3600),
  idleTimeoutSeconds: fc.constantFrom(10, 900),
  escalationStrategy: fc.constantFrom(...strategies),
});

export const updateSettings: fc.Arbitrary<Command> = fc.tuple(anyone, settings, person).map(([n, wanted, name]) =>
  command(`${name}: settings ${JSON.stringify(wanted)} for ${n}`, async (board, engine) => {
    await set(engine, { project: projectOf(board, n), wanted, name });
  }),
);

interface Setting {
  project: Project;
  wanted: Partial<Project>;
  name: Person;
}

export async function set(engine: Engine, { project, wanted, name }: Setting): Promise<void> {
  await ask(
    engine,
    { noun: "project", verb: "update", name, input: { projectId: project.id, settings: wanted } },
    null,
  );
  Object.assign(project, wanted);
}

export const policies: fc.Arbitrary<Partial<BoardConfig>> = fc.record(
  {
    maxConcurrent: fc.constantFrom(null, 1, 3),
    maxQueueSize: fc.constantFrom(1, 3, 10_000),
    priorityAgeingSeconds: fc.constantFrom(0, 60, 300),
    retryBaseMs: fc.constantFrom(0, 1000, 10_000),
    retryCapMs: fc.constantFrom(500, 300_000),
    maxConcurrentPerUser: fc.constantFrom(null, 1, 2),
    maxConcurrentPerAgentType: fc.constantFrom(
      {},
      { cli: 1 },
      { codex: 1 },
      { codex: 0 },
      { cli: 1, codex: 1 },
      { cli: 2, codex: 1 },
    ),
  },
  { requiredKeys: [] },
);

export const configure: fc.Arbitrary<Command> = fc
  .tuple(policies, person)
  .map(([values, name]) =>
    command(`${name}: configure ${JSON.stringify(values)}`, (board, engine) => decree(board, engine, values, name)),
  );

export async function decree(board: Board, engine: Engine, values: Partial<BoardConfig>, name: Person): Promise<void> {
  await ask(engine, { noun: "config", verb: "update", name, input: { values } }, null);
  Object.assign(board.config, values);
}

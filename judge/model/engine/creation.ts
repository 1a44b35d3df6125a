import fc from "fast-check";
import { type AgentType, type Amounts, agentTypes, type Board, type Project, pick, type Task } from "../board/board.ts";
import { keepWaitingSince } from "../board/move.ts";
import { type Command, command } from "./command.ts";
import type { Engine } from "./engine.ts";
import { anyone, callerOf, type Person, person } from "./people.ts";

/** Few cards, so that what happens to one soon matters to another. */
const tasksMax = 8;
const hasRoom = (board: Board) => board.tasks.size < tasksMax;
const mib = 1_048_576;

const wish = fc.record({
  status: fc.constantFrom("DRAFT" as const, "APPROVED" as const, "APPROVED" as const),
  type: fc.constantFrom<AgentType>(...agentTypes),
  priority: fc.nat({ max: 4 }),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  asks: fc.oneof(
    { weight: 2, arbitrary: fc.constant({}) },
    { weight: 2, arbitrary: fc.record({ cpu: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ memory: fc.constantFrom(mib, 2 * mib, 3 * mib), cpu: fc.constantFrom(1, 2) }) },
    { weight: 1, arbitrary: fc.record({ disk: fc.constantFrom(mib, 2 * mib) }) },
  ),
});
type Wish = Pick<Task, "type" | "priority" | "maxAttempts"> & { status: "DRAFT" | "APPROVED"; asks: Partial<Amounts> };

const plain: Wish = { status: "APPROVED", type: "cli", priority: 2, maxAttempts: 3, asks: {} };

export const create: fc.Arbitrary<Command> = fc
  .tuple(wish, fc.array(anyone, { maxLength: 2 }), anyone, person)
  .map(([wanted, after, n, name]) =>
    command(
      `${name}: create ${JSON.stringify(wanted)} in ${n} after ${after}`,
      async (board, engine) => {
        const project = pick([...board.projects.values()], n)!;
        const waitsFor = new Set(after.flatMap((one) => pick(tasksOf(board, project), one)?.id ?? []));
        await make(board, engine, { project, name, tasks: [{ wanted, waitsFor: [...waitsFor] }] });
      },
      hasRoom,
    ),
  );

/** What is there at the beginning: each task with the places, in the list, of those it waits for. */
export const beginning = fc.array(fc.tuple(wish, fc.array(anyone, { maxLength: 2 }), person), {
  minLength: 4,
  maxLength: 8,
});
export type Beginning = [Wish, number[], Person][];

/** By turns in each project; whoever comes later waits for earlier ones of its project. */
export async function makeBeginning(board: Board, engine: Engine, drawn: Beginning): Promise<void> {
  for (const [index, [wanted, after, name]] of drawn.entries()) {
    const project = pick([...board.projects.values()], index)!;
    const waitsFor = new Set(after.flatMap((one) => pick(tasksOf(board, project), one)?.id ?? []));
    await make(board, engine, { project, name, tasks: [{ wanted, waitsFor: [...waitsFor] }] });
  }
}

/** A chain, made at once. */
export const createBatch: fc.Arbitrary<Command> = fc
  .tuple(fc.integer({ min: 2, max: 3 }), anyone, person)
  .map(([size, n, name]) =>
    command(
      `${name}: a chain of ${size} in ${n}`,
      async (board, engine) => {
        const project = pick([...board.projects.values()], n)!;
        const tasks = Array.from({ length: size }, (_, place) => ({
          wanted: plain,
          waitsFor: place > 0 ? [`${place - 1}`] : [],
        }));
        await make(board, engine, { project, name, tasks });
      },
      hasRoom,
    ),
  );

const tasksOf = (board: Board, project: Project) =>
  [...board.tasks.values()].filter((task) => task.projectId === project.id);

interface Making {
  project: Project;
  name: Person;
  /** What each waits for: ids, or places in this list. */
  tasks: { wanted: Wish; waitsFor: string[] }[];
}

async function make(board: Board, engine: Engine, { project, name, tasks }: Making): Promise<void> {
  const input = {
    projectId: project.id,
    tasks: tasks.map(({ wanted, waitsFor }, place) => ({
      ref: `${place}`,
      title: "t",
      dependsOn: waitsFor,
      ...fieldsOf(wanted),
    })),
  };
  const { items } = await engine.call<{ items: { id: string }[] }>("task", "createBatch", input, {
    caller: callerOf(name),
  });
  items.forEach(({ id }, place) => {
    const { wanted, waitsFor } = tasks[place]!;
    const known = waitsFor.map((one) => items[Number(one)]?.id ?? one);
    addTask(board, { id, project, name, wanted, waitsFor: new Set(known) });
  });
}

const fieldsOf = ({ status, type, priority, maxAttempts, asks }: Wish) => ({
  status,
  type,
  priority,
  maxAttempts,
  spec: type === "cli" ? { command: "true" } : { prompt: "x" },
  resources: {
    ...(asks.cpu === undefined ? {} : { cpus: asks.cpu }),
    ...(asks.memory === undefined ? {} : { memoryBytes: asks.memory }),
    ...(asks.disk === undefined ? {} : { diskBytes: asks.disk }),
  },
});

interface NewTask {
  id: string;
  project: Project;
  name: string;
  wanted: Wish;
  waitsFor: Set<string>;
}

export function addTask(board: Board, { id, project, name, wanted, waitsFor }: NewTask): Task {
  project.lastTaskNumber += 1;
  const task: Task = {
    ...wanted,
    id,
    projectId: project.id,
    number: project.lastTaskNumber,
    waitsFor,
    createdBy: name,
    queuedBy: null,
    requestedBy: null,
    isForced: false,
    generation: 1,
    attempts: 0,
    failures: 0,
    losses: 0,
    version: 1,
    queuedAtMs: null,
    queueRank: null,
    availableAtMs: null,
    waitingSinceMs: null,
    monitoredAtMs: null,
    isEscalation: false,
    resultCommit: null,
  };
  board.tasks.set(id, task);
  keepWaitingSince(board, task);
  return task;
}

import fc from "fast-check";
import type { Tx } from "@/lib/db.ts";
import { type Board, isLive, type Project, pick, type Worker } from "../board/board.ts";
import { claimFor, freeSlots, isDue } from "../board/claim.ts";
import { keepWaitingSince, moveTask } from "../board/move.ts";
import { type ExpectedTurn, reportedProjects, settleAndPromote } from "../board/turn.ts";
import { besides, type Outcome } from "./beside.ts";
import { asTurn, type Call, compareTurn, expectTurn, nameOfPlan, plan, writeCall } from "./call.ts";
import { type Command, command, expectSame } from "./command.ts";
import type { Engine } from "./engine.ts";
import { refusalOfEdge } from "./graph.ts";
import { endLive, queueAs } from "./moves.ts";
import { callerOf, person, tasksOf } from "./people.ts";

/**
 * A turn of one orchestrator that has done everything but commit, and beside it a person and another orchestrator. The other skips
 * the projects the first has locked, or waits for it, and nobody counts what is not there yet.
 */
export const turns: fc.Arbitrary<Command> = fc
  .tuple(plan, plan, person, fc.nat({ max: 9 }))
  .map(([first, second, name, n]) =>
    command(
      `while [${nameOfPlan(first)}] commits, ${name} queues ${n} and [${nameOfPlan(second)}]`,
      async (board, engine) => {
        const a = writeCall(board, engine, first);
        const other = pick(
          [...board.workers.values()].filter(({ id }) => id !== a.worker.id),
          second.n,
        );
        if (other === undefined) return;
        const b = writeCall(board, engine, second, other);
        const after = structuredClone(board);
        const wanted = expectTurn(after, a);
        const { locked, isQueueing } = wanted;
        const between = async () => {
          const free = tasksOf(board).filter(({ projectId }) => !locked.has(projectId));
          if (n > 2 && free.length > 0 && !isQueueing)
            await queueAs(board, engine, { task: pick(free, n)!, name, force: false });
        };
        const outcome = await besides(engine, (tx) => engine.product.step(tx, a.input), { between, call: b });
        compareTurn(engine, outcome.first, wanted);
        const rows = new Set(a.letters.map(({ actual }) => actual.sandboxId));
        await conclude(board, engine, { after, outcome, b, locked, isQueueing, rows, first: a });
      },
      (board) => ![...board.tasks.values()].some((task) => isDue(board, task)),
    ),
  );

/** A person's change that is not committed yet, and a turn that reports about the same project: it waits. */
export const edits: fc.Arbitrary<Command> = fc
  .tuple(fc.nat({ max: 99 }), fc.nat({ max: 99 }), fc.boolean(), plan, person)
  .map(([from, to, isEdge, drawn, name]) =>
    command(
      `while ${name} ${isEdge ? `makes ${from} wait for ${to}` : `cancels ${to}`}, [${nameOfPlan(drawn)}]`,
      async (board, engine) => {
        const live = tasksOf(board).filter(({ status }) => status === "RUNNING");
        const [task, target] = [pick(tasksOf(board), from), pick(live, to)];
        if (task === undefined || target === undefined) return;
        if (isEdge && (task.waitsFor.has(target.id) || refusalOfEdge(board, task, target) !== null)) return;
        const b = writeCall(board, engine, drawn);
        const after = structuredClone(board);
        if (isEdge) after.tasks.get(task.id)!.waitsFor.add(target.id);
        if (isEdge) keepWaitingSince(after, after.tasks.get(task.id)!);
        if (isEdge && task.status === "QUEUED" && !task.isForced) moveTask(after, after.tasks.get(task.id)!, "unqueue");
        if (!isEdge) endLive(after, target);
        if (!isEdge) moveTask(after, after.tasks.get(target.id)!, "cancel");
        const { actor } = callerOf(name);
        const change = (tx: Tx): Promise<unknown> =>
          isEdge
            ? engine.product.addDependency(tx, task.id, { dependsOn: target.id, actor })
            : engine.product.cancel(tx, target.id, actor);
        const outcome = await besides(engine, change, { between: async () => {}, call: b });
        const rows = new Set(
          [...board.sessions.values()]
            .filter((one) => one.taskId === target.id && isLive(one))
            .map((one) => one.sandboxId),
        );
        await conclude(board, engine, {
          after,
          outcome,
          b,
          locked: new Set([target.projectId]),
          isQueueing: false,
          rows: isEdge ? new Set() : rows,
          first: null,
        });
      },
      (board) => ![...board.tasks.values()].some((one) => isDue(board, one)),
    ),
  );

interface Conclusion {
  /** The board as the first leaves it. */
  after: Board;
  outcome: Outcome<unknown>;
  b: Call;
  locked: ReadonlySet<string>;
  /** The first lets tasks into the queue: the second does not. */
  isQueueing: boolean;
  /** The sandboxes whose sessions the first has locked: a forged report reaches them past the lock of their project. */
  rows: ReadonlySet<string>;
  /** Null: a person's change. */
  first: Call | null;
}

/** What the second must have seen and done, and what both leave together. */
async function conclude(
  board: Board,
  engine: Engine,
  { after, outcome, b, locked, isQueueing, rows, first }: Conclusion,
): Promise<void> {
  const turn = asTurn(board, b);
  const isSerial =
    [...reportedProjects(board, turn)].some((projectId) => locked.has(projectId)) ||
    turn.reports.some(({ sandboxId }) => rows.has(sandboxId) && board.sessions.has(sandboxId));
  if (isSerial) {
    expectSame("it waited", outcome.hasWaited, true);
    adopt(board, merged(after, board, locked, first));
    // What waits for the first's projects may go on a moment before the queue is let go of, too: then it lets nothing in itself.
    const sooner = structuredClone(board);
    const wantedSooner = expectTurn(sooner, b, { busy: new Set(), isQueueing: true });
    const isSooner = isQueueing && (await engine.agrees(sooner));
    const wanted = isSooner ? wantedSooner : expectTurn(board, b);
    if (isSooner) adopt(board, sooner);
    compareTurn(engine, outcome.second, wanted);
    return;
  }
  const { answers } = settleAndPromote(board, turn, { busy: locked, isQueueing });
  const free = freeSlots(board, turn);
  const waits = first !== null && free > 0 && hasSharedLimits(board) && freeSlotsOfFirst(after, first) > 0;
  expectSame("it waited", outcome.hasWaited, waits);
  const { skipped } = claimFor(structuredClone(board), asTurn(structuredClone(board), b), locked);
  if (waits) adopt(board, merged(after, board, locked, first));
  const { claims } = claimFor(board, asTurn(board, b), locked);
  if (!waits) adopt(board, merged(after, board, locked, first));
  const wanted: ExpectedTurn = { answers, claims, isUnfinished: skipped > 0, locked: new Set(), isQueueing: false };
  compareTurn(engine, outcome.second, wanted);
}

/** Limits over all projects are counted by one claim at a time. */
const hasSharedLimits = ({ config }: Board): boolean =>
  config.maxConcurrentPerUser !== null || Object.keys(config.maxConcurrentPerAgentType).length > 0;

/** Before it claimed: what it has claimed counted back. */
function freeSlotsOfFirst(after: Board, { worker, input }: Call): number {
  const tickets = input.worker!.tickets;
  const taken = tickets.filter(({ sandboxId }) => after.sessions.has(sandboxId)).length;
  return taken + freeSlots(after, { worker: after.workers.get(worker.id)!, tickets: tickets.slice(taken) });
}

/** The projects one has locked as it leaves them, the others as the other leaves them. */
function merged(one: Board, other: Board, locked: ReadonlySet<string>, first: Call | null): Board {
  const join = <Item>(
    a: Map<string, Item>,
    b: Map<string, Item>,
    projectOf: (item: Item) => string,
  ): Map<string, Item> =>
    new Map([
      ...[...a].filter(([, item]) => locked.has(projectOf(item))),
      ...[...b].filter(([, item]) => !locked.has(projectOf(item))),
    ]);
  const workers = new Map<string, Worker>(
    [...other.workers].map(([id, worker]) => [id, id === first?.worker.id ? one.workers.get(id)! : worker]),
  );
  return {
    ...other,
    workers,
    pauses: laterOf(one.pauses, other.pauses),
    projects: join<Project>(one.projects, other.projects, ({ id }) => id),
    tasks: join(one.tasks, other.tasks, ({ projectId }) => projectId),
    sessions: join(one.sessions, other.sessions, ({ projectId }) => projectId),
  };
}

/** No pause ends a later one. */
function laterOf(a: Board["pauses"], b: Board["pauses"]): Board["pauses"] {
  const later = new Map(a);
  for (const [agent, untilMs] of b) later.set(agent, Math.max(untilMs, later.get(agent) ?? 0));
  return later;
}

const adopt = (board: Board, next: Board): Board => Object.assign(board, next);

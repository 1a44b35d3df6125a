import fc from "fast-check";
import { marginMs, unguardedMs } from "@/server/orchestrator/lease/patience.ts";
import { type Board, isLive } from "../board/board.ts";
import { giveUpLost, type Patience, takeOver } from "../board/hosts.ts";
import { expectVerdict } from "../board/verdict.ts";
import { takeBoth } from "./call.ts";
import { type Command, command, expectSame } from "./command.ts";
import type { Letter } from "./engine.ts";
import { anyone } from "./people.ts";
import { leaseMs, register, workerOf } from "./workers.ts";

const patience: Patience = { leaseMs, marginMs, unguardedMs };

/** A new orchestrator on one of the hosts, as after a restart; it takes over what dead ones left there. */
export const restart: fc.Arbitrary<Command> = fc
  .tuple(
    anyone,
    fc.integer({ min: 1, max: 4 }),
    fc.boolean(),
    fc.constantFrom("dead" as const, "dead or silent" as const),
  )
  .map(([n, slots, isNew, from]) =>
    command(
      `${isNew ? "a new orchestrator" : "an orchestrator"} beside ${n} takes over from the ${from}`,
      async (board, engine) => {
        const known = workerOf(board, n);
        const worker =
          isNew && board.workers.size < 5 ? await register(board, engine, { hostId: known.hostId, slots }) : known;
        await engine.product.takeOverFromTheDead({ worker, takenOver: new Map() } as never, from);
        takeOver(board, worker, { ...patience, from });
      },
    ),
  );

/**
 * Gives up what hosts held that say nothing any more, and settles it with the next turn; or a moment after a lease may have ended, when
 * patience has not.
 */
export const giveUp: fc.Arbitrary<Command> = fc.tuple(anyone, fc.boolean()).map(([n, isLater]) =>
  command(`${n} gives up lost hosts${isLater ? ", a lease later" : ""}`, async (board, engine) => {
    if (isLater) {
      board.nowMs += leaseMs + 1000;
      await engine.setClock(board.nowMs);
    }
    const worker = workerOf(board, n);
    const sent: Letter["actual"][] = [];
    const settle = (report: Letter["actual"]) => {
      sent.push(report);
      return Promise.resolve();
    };
    await engine.product.giveUpLost({ worker, turns: { settle }, config: board.config } as never);
    const lost = giveUpLost(board, worker, patience);
    expectSame("lost", sent.map(({ sandboxId }) => sandboxId).sort(), lost.map(({ sandboxId }) => sandboxId).sort());
    const letters = sent.map((actual): Letter => ({ actual, expected: farewell(board, actual) }));
    engine.sent.push(...letters);
    const call = { worker, letters, input: { reports: sent, worker: { id: worker.id, tickets: [], leaseMs } } };
    await takeBoth(board, engine, call);
  }),
);

function farewell(board: Board, actual: Letter["actual"]): Letter["expected"] {
  const session = board.sessions.get(actual.sandboxId)!;
  const around = { sandboxId: session.sandboxId, taskId: session.taskId, terminated: true, actor: actual.actor };
  if (!isLive(session)) return around;
  const verdict = expectVerdict(board, session, "expired", { jitter: Math.random(), askedMs: 0 });
  return { ...around, ...verdict, workerId: session.workerId };
}

import fc from "fast-check";
import type { Board } from "../board/board.ts";
import { isLive } from "../board/board.ts";
import { type Call, expectTurn, nameOfPlan, plan, takeBoth, writeCall } from "./call.ts";
import { type Command, command, expectSame } from "./command.ts";
import type { Engine } from "./engine.ts";
import { pickSession, writeComplaints } from "./letters.ts";
import { anyone } from "./people.ts";
import { leaseMs, renewInBoth, workerOf } from "./workers.ts";

/** once: as it should be. rolled back: the transaction never commits. twice: the same call reaches the database again. */
type Fate = "once" | "rolled back" | "twice";

export const turn: fc.Arbitrary<Command> = fc
  .tuple(plan, fc.constantFrom<Fate>("once", "once", "once", "once", "rolled back", "twice"), fc.nat({ max: 3 }))
  .map(([drawn, fate, renewal]) =>
    command(
      `${nameOfPlan(drawn)}${fate === "once" ? "" : `, ${fate}`}${renewal === 0 ? "" : ", renewed"}`,
      async (board, engine) => {
        if (renewal > 0) await renewInBoth(board, engine, workerOf(board, drawn.n));
        const call = writeCall(board, engine, drawn);
        if (fate === "rolled back") return rollBack(engine, call);
        await takeBoth(board, engine, call);
        if (fate === "twice") await again(board, engine, call);
      },
    ),
  );

export const complaints: fc.Arbitrary<Command> = anyone.map((n) =>
  command(`a provider asks to wait, told by ${n}`, async (board, engine) => {
    const worker = workerOf(board, n);
    const letters = writeComplaints(board, engine);
    const input = { reports: letters.map(({ actual }) => actual), worker: { id: worker.id, tickets: [], leaseMs } };
    await takeBoth(board, engine, { worker, letters, input });
  }),
);

async function rollBack({ product }: Engine, { input }: Call): Promise<void> {
  const undone = new Error("undone");
  const work = product.db().$transaction(async (tx) => {
    await product.step(tx, input);
    throw undone;
  });
  await work.catch((thrown: unknown) => {
    if (thrown !== undone) throw thrown;
  });
}

/** Reports are known again; a ticket that was used once gives no second session: the whole call fails, and changes nothing. */
async function again(board: Board, engine: Engine, call: Call): Promise<void> {
  const { claims } = expectTurn(structuredClone(board), call);
  const isUsed = claims.some(({ sandboxId }) => board.sessions.has(sandboxId));
  if (!isUsed) return takeBoth(board, engine, call);
  const isRefused = await engine.product.step(engine.product.db(), call.input).then(
    () => false,
    (thrown: unknown) => /duplicate key|Unique constraint/.test(String(thrown)),
  );
  expectSame("a ticket used twice was refused", isRefused, true);
  await engine.untilIdle();
}

/** Processes that run now; said by who holds the session or by another, once or again, in time or too late. */
export const start: fc.Arbitrary<Command> = fc
  .tuple(fc.array(anyone, { minLength: 1, maxLength: 3 }), fc.nat({ max: 4 }))
  .map(([which, n]) =>
    command(`started ${which} by ${n === 0 ? "another" : "the holder"}`, async (board, engine) => {
      const sessions = [...new Set(which.flatMap((one) => pickSession(board, one) ?? []))];
      const worker = n === 0 ? workerOf(board, which[0]!) : board.workers.get(sessions[0]?.workerId ?? "");
      if (worker === undefined) return;
      const started = sessions.map(({ id, sandboxId }) => ({
        sessionId: id,
        sandboxId,
        workerId: worker.id,
        bootId: "boot",
        pid: 1,
        startTime: "1",
        actor: { type: "session", id, name: "a session" } as const,
      }));
      const { live } = await engine.product.step(engine.product.db(), { reports: [], started });
      const mine = sessions.filter((session) => isLive(session) && session.workerId === worker.id);
      expectSame(
        "live",
        live,
        mine.map(({ id }) => id),
      );
      for (const session of mine) session.status = "RUNNING";
    }),
  );

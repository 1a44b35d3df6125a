import fc from "fast-check";
import type { StepInput, StepResult } from "@/lib/session/settle.ts";
import type { Board, Worker } from "../board/board.ts";
import { type Elsewhere, type ExpectedTurn, takeTurn } from "../board/turn.ts";
import { expectSame } from "./command.ts";
import type { Engine, Letter } from "./engine.ts";
import { type Envelope, envelope, nameOf, writeLetters } from "./letters.ts";
import { anyone } from "./people.ts";
import { leaseMs, workerOf } from "./workers.ts";

/** What a turn sends. */
export interface Call {
  worker: Worker;
  letters: Letter[];
  input: StepInput;
}

export function writeCall(board: Board, engine: Engine, drawn: Plan, worker = workerOf(board, drawn.n)): Call {
  const { envelopes, slots } = drawn;
  const letters = writeLetters(board, engine, envelopes);
  const tickets = Array.from({ length: slots }, () => {
    const [sessionId, sandboxId] = [engine.newId(), engine.newId()];
    return { sessionId, sandboxId, tokenHash: sandboxId };
  });
  return {
    worker,
    letters,
    input: { reports: letters.map(({ actual }) => actual), worker: { id: worker.id, tickets, leaseMs } },
  };
}

/** The call as the model takes it. */
export const asTurn = (board: Board, { worker, letters, input }: Call) => ({
  reports: letters.map(({ expected }) => expected),
  worker: board.workers.get(worker.id)!,
  tickets: input.worker!.tickets,
  leaseMs,
});

/** What the model says that the call comes to. */
export const expectTurn = (board: Board, call: Call, elsewhere?: Elsewhere): ExpectedTurn =>
  takeTurn(board, asTurn(board, call), elsewhere);

/** One turn in both. */
export async function takeBoth(board: Board, engine: Engine, call: Call): Promise<void> {
  const found = await engine.product.step(engine.product.db(), call.input);
  compareTurn(engine, found, expectTurn(board, call));
}

export function compareTurn(engine: Engine, found: StepResult, wanted: ExpectedTurn): void {
  for (const claim of found.claims) engine.claims.set(claim.sandboxId, claim);
  expectSame("answers", sorted(found.answers), sorted(wanted.answers));
  const ofClaim = ({
    sandboxId,
    taskId,
    attempt,
    failures,
    losses,
  }: StepResult["claims"][number] | ExpectedTurn["claims"][number]) => [sandboxId, taskId, attempt, failures, losses];
  expectSame("claims", found.claims.map(ofClaim), wanted.claims.map(ofClaim));
  expectSame("isUnfinished", found.isUnfinished, wanted.isUnfinished);
}

/** With the keys of every object in one order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
};

export interface Plan {
  n: number;
  envelopes: Envelope[];
  slots: number;
}

export const plan: fc.Arbitrary<Plan> = fc.record({
  n: anyone,
  envelopes: fc.array(envelope, { maxLength: 3 }),
  slots: fc.integer({ min: 0, max: 4 }),
});
export const nameOfPlan = ({ n, envelopes, slots }: Plan): string =>
  `turn of ${n}, ${slots} tickets [${envelopes.map(nameOf).join("; ")}]`;

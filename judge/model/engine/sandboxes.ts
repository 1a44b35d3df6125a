import fc from "fast-check";
import type { Report } from "@/lib/session/settle.ts";
import { pick, type Session } from "../board/board.ts";
import { settle } from "../board/settle.ts";
import { type Ending, expectVerdict } from "../board/verdict.ts";
import { type Command, command, expectSame } from "./command.ts";
import { pickSession } from "./letters.ts";
import { anyone } from "./people.ts";
import { leaseMs } from "./workers.ts";

interface Said {
  success: boolean;
  result?: number;
  errorMessage?: string;
  retryAfterSeconds?: number;
}

const said: fc.Arbitrary<Said> = fc.oneof(
  fc.nat({ max: 2 }).map((result) => ({ success: true, result })),
  fc.constantFrom("no", "never").map((errorMessage) => ({ success: false, errorMessage })),
  fc.constantFrom(0, 3, 30).map((retryAfterSeconds) => ({ success: false, retryAfterSeconds })),
);

/** What a sandbox says of its own session, or of another task; in time, late, again, and always with its own token. */
export const report: fc.Arbitrary<Command> = fc.tuple(anyone, said, fc.nat({ max: 9 })).map(([n, drawn, forged]) =>
  command(
    `sandbox of ${n} says ${JSON.stringify(drawn)}${forged === 0 ? " of another task" : ""}`,
    async (board, engine) => {
      const known = pick(
        [...board.sessions.values()].filter((one) => one.report !== null),
        n,
      );
      const session = forged > 5 && known !== undefined ? known : pickSession(board, n);
      if (session === undefined) return;
      const what = session === known ? sayAgain(known.report) : drawn;
      const taskId = forged === 0 ? pick([...board.tasks.keys()], n + 1)! : session.taskId;
      const input = { sandboxId: session.sandboxId, taskId, ...what };
      const caller = {
        actor: { type: "session", id: session.id, name: "a session" },
        sandboxId: session.sandboxId,
      } as const;
      // What a session says concerns its own task: it stops nobody else's agents.
      const { pauseMs: _, ...verdict } = expectVerdict(board, session, endingOf(what), {
        jitter: Math.random(),
        askedMs: (what.retryAfterSeconds ?? 0) * 1000,
      });
      const expected: Report = {
        ...verdict,
        sandboxId: session.sandboxId,
        taskId,
        actor: caller.actor,
        report: asStored(what),
      };
      const wanted = settle(board, expected);
      let answer: unknown = null;
      const work = engine.call("sandbox", "taskComplete", input, { caller }).then((given) => {
        answer = given;
      });
      expectSame("refused with", await engine.refusalOf(work), wanted.accepted ? null : "STALE_ATTEMPT");
      if (wanted.accepted) expectSame("the answer", fields(answer), fields(wanted.answer));
    },
  ),
);

/** What it said before, as it said it. */
function sayAgain(report: unknown): Said {
  const { result, errorMessage, ...rest } = report as {
    success: boolean;
    result: number | null;
    errorMessage: string | null;
  };
  return { ...rest, ...(result === null ? {} : { result }), ...(errorMessage === null ? {} : { errorMessage }) };
}

const endingOf = ({ success, retryAfterSeconds }: Said): Ending => {
  if (success) return "reported";
  return retryAfterSeconds === undefined ? "reportedFailure" : "rateLimited";
};

/** With everything in it that was not said: that is how the same report is known again. */
const asStored = ({ success, result, errorMessage, retryAfterSeconds }: Said) => ({
  success,
  result: result ?? null,
  errorMessage: errorMessage ?? null,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const fields = (answer: unknown) => Object.entries(answer as object).sort(([a], [b]) => (a < b ? -1 : 1));

/** It says that it is alive; its lease counts from now. */
export const heartbeat: fc.Arbitrary<Command> = anyone.map((n) =>
  command(`heartbeat of ${n}`, async (board, engine) => {
    const session: Session | undefined = pickSession(board, n);
    if (session === undefined) return;
    const caller = {
      actor: { type: "session", id: session.id, name: "a session" },
      sandboxId: session.sandboxId,
    } as const;
    const isOver = session.status !== "STARTING" && session.status !== "RUNNING";
    const refused = await engine.refusalOf(
      engine.call("sandbox", "heartbeat", { sandboxId: session.sandboxId }, { caller }),
    );
    expectSame("refused with", refused, isOver ? "STALE_ATTEMPT" : null);
    if (!isOver) Object.assign(session, { leaseUntilMs: board.nowMs + leaseMs, heartbeatAtMs: board.nowMs });
  }),
);

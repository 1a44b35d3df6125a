import fc from "fast-check";
import type { Claim, Report, SandboxGone } from "@/lib/session/settle.ts";
import { type Board, isLive, pick, type Session } from "../board/board.ts";
import { type Ending, endings, expectVerdict, timesBefore } from "../board/verdict.ts";
import type { Engine, Letter } from "./engine.ts";
import { anyone } from "./people.ts";

const seen = [
  "success",
  "success",
  "success",
  "exit",
  "exit",
  "notFound",
  "timeout",
  "startFailed",
  "vanished",
  "neverLaunched",
  "rateLimited",
] as const;

/** What an orchestrator, or somebody who passes for one, says about a session. */
export interface Envelope {
  n: number;
  kind: "report" | "gone" | "again";
  ending: (typeof seen)[number];
  /** Who says it: the one that holds the session, another, or nobody in particular. */
  from: "holder" | "other" | "nobody";
  /** It names another task than the session's. */
  isForged: boolean;
  isGone: boolean;
  hasCommit: boolean;
}

export const envelope: fc.Arbitrary<Envelope> = fc.record({
  n: anyone,
  kind: fc.constantFrom("report" as const, "report" as const, "report" as const, "gone" as const, "again" as const),
  ending: fc.constantFrom(...seen),
  from: fc.constantFrom("holder" as const, "holder" as const, "holder" as const, "other" as const, "nobody" as const),
  isForged: fc.nat({ max: 9 }).map((n) => n === 0),
  isGone: fc.boolean(),
  hasCommit: fc.boolean(),
});

export const nameOf = ({ n, kind, ending, from, isForged, isGone }: Envelope): string =>
  `${kind} ${n} ${kind === "report" ? `${ending} from ${from}${isForged ? " forged" : ""}` : ""}${isGone ? " gone" : ""}`;

/** What is not said of any session is left out: late ones are about sessions that have ended, or of tasks that were deleted. */
export function writeLetters(board: Board, engine: Engine, envelopes: readonly Envelope[]): Letter[] {
  return envelopes.flatMap((one) => {
    const letter = one.kind === "again" ? pick(engine.sent, one.n) : write(board, engine, one);
    if (letter === undefined) return [];
    engine.sent.push(letter);
    return [letter];
  });
}

function write(board: Board, engine: Engine, envelope: Envelope): Letter | undefined {
  const session = pickSession(board, envelope.n);
  if (session === undefined) return undefined;
  if (envelope.kind === "gone") return sayGone(session, envelope);
  return judged(board, engine, { session, envelope });
}

/**
 * The provider of the type of agent with the most live sessions asks them all to wait, the first of them longest. Nothing of a single one:
 * whose word counts shows only where there are two, and a pause keeps a second from starting.
 */
export function writeComplaints(board: Board, engine: Engine): Letter[] {
  const live = [...board.sessions.values()].filter(isLive);
  const of = (type: string) => live.filter((session) => session.type === type);
  const most = [...new Set(live.map(({ type }) => type))].map(of).reduce((a, b) => (b.length > a.length ? b : a), []);
  if (most.length < 2) return [];
  return most.map((session, index) => {
    const envelope = { ...complaint, n: index === 0 ? longWait : shortWait };
    return judged(board, engine, { session, envelope });
  });
}

const complaint: Omit<Envelope, "n"> = {
  ...({ kind: "report", ending: "rateLimited", from: "holder" } as const),
  ...{ isForged: false, isGone: false, hasCommit: false },
};
/** Which of the times below a provider asks for. */
const [shortWait, longWait] = [1, 2];
const waitsMs = [0, 3000, 30_000];

/** Mostly one that is live. */
export function pickSession(board: Board, n: number): Session | undefined {
  const all = [...board.sessions.values()];
  const live = all.filter(isLive);
  return pick(n % 4 === 0 || live.length === 0 ? all : live, n);
}

/** The processes are gone, and perhaps left a commit: only of a session that somebody else has ended. */
function sayGone(session: Session, { isGone, hasCommit, n }: Envelope): Letter | undefined {
  if (isLive(session)) return undefined;
  const said = {
    sandboxId: session.sandboxId,
    taskId: session.taskId,
    terminated: isGone,
    ...(hasCommit ? { resultCommit: `commit ${n}` } : {}),
    actor: actorOf(session),
  } as SandboxGone;
  return { actual: said, expected: said };
}

interface Judging {
  session: Session;
  envelope: Envelope;
}

function judged(board: Board, engine: Engine, { session, envelope }: Judging): Letter {
  const { ending, from, isForged, isGone, hasCommit, n } = envelope;
  const other = [...board.workers.keys()].find((id) => id !== session.workerId) ?? engine.newId();
  const around = {
    sandboxId: session.sandboxId,
    taskId: isForged ? (pick([...board.tasks.keys()], n) ?? session.taskId) : session.taskId,
    ...(from === "nobody" ? {} : { workerId: from === "holder" ? session.workerId : other }),
    terminated: isGone,
    actor: actorOf(session),
  };
  const commit = hasCommit ? { resultCommit: `commit ${n}` } : {};
  const facts = { ...factsOf(engine, session), waits: timesBefore(board, session, endings[ending].reason) };
  const askedMs = ending === "rateLimited" ? waitsMs[n % 3]! : 0;
  const said = engine.product.judge(facts, seenEnding(ending, { ...commit, askedMs }), board.config);
  const expected = expectVerdict(board, session, ending, { jitter: Math.random(), askedMs });
  return { actual: { ...said, ...around } as Report, expected: { ...expected, ...commit, ...around } as Report };
}

/** What the one that runs it knows of it, from the claim. */
function factsOf(engine: Engine, session: Session): Claim {
  const claim = engine.claims.get(session.sandboxId);
  if (claim === undefined) throw new Error(`Nobody has claimed ${session.sandboxId}.`);
  return claim;
}

type Seen = Parameters<Engine["product"]["judge"]>[1];

function seenEnding(ending: Ending, { askedMs, ...commit }: { resultCommit?: string; askedMs: number }): Seen {
  const failed = (reason: "START_FAILED" | "PROCESS_VANISHED" | "NEVER_LAUNCHED" | "RATE_LIMITED") =>
    ({ kind: "failed", reason, message: reason, ...commit }) as const;
  if (ending === "rateLimited") return { ...failed("RATE_LIMITED"), askedMs };
  if (ending === "timeout") return { kind: "timedOut", ...commit };
  if (ending === "startFailed") return failed("START_FAILED");
  if (ending === "vanished") return failed("PROCESS_VANISHED");
  if (ending === "neverLaunched") return failed("NEVER_LAUNCHED");
  const exitCode = ending === "success" ? 0 : ending === "notFound" ? 127 : 1;
  return { kind: "exited", exitCode, lastLine: "", ...commit };
}

const actorOf = ({ id }: Session) => ({ type: "session", id, name: "a session" }) as const;

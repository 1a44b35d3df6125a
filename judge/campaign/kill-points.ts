import type { Patch } from "../patch.ts";

/**
 * Named places between the steps of claim → clone → spawn → run → report → publish → clean up. In a test build each is a call
 * that looks for an order of its name in the directory JUDGE_POINTS and, when there is one, kills (or stops) its own process there.
 */
interface KillPoint {
  name: string;
  file: string;
  /** The call is put before this text, which occurs once, at the beginning of a line and of a statement. */
  before: string;
}

const turns = "server/orchestrator/turns.ts";
const launch = "server/orchestrator/session/launch.ts";
const runner = "server/orchestrator/session/runner.ts";

export const killPoints: readonly KillPoint[] = [
  { name: "turn-asked", file: turns, before: "const result = await step({" },
  { name: "turn-committed", file: turns, before: "invariant.mend();" },
  { name: "claim-committed", file: turns, before: "for (const claim of result.claims)" },
  { name: "clone-begins", file: launch, before: "const { startCommit } = await prepare(" },
  { name: "clone-made", file: launch, before: "session.startCommit = startCommit;" },
  {
    name: "wrapper-forked",
    file: "server/sandbox/spawner/session-launch.ts",
    before: "const ended = new Promise<void>((settle) => wrapper",
  },
  { name: "spawned", file: launch, before: "session.startedAtMs = performance.now();" },
  { name: "started-committed", file: turns, before: "resolve(live.includes(started.sessionId));" },
  { name: "tree-ended", file: runner, before: "await services.shipper.finish(" },
  { name: "log-shipped", file: runner, before: "const kept = await keepWork(" },
  { name: "work-collected", file: "server/orchestrator/session/keep-work.ts", before: "await publish(spawner" },
  { name: "work-published", file: runner, before: "const judged = await settleEnding(" },
  { name: "settled", file: runner, before: "services.held.delete(session.plan.sessionId);" },
  {
    name: "takes-over",
    file: "server/orchestrator/recovery/take-over.ts",
    before: "const rows = await db().$queryRaw",
  },
  {
    name: "adopts",
    file: "server/orchestrator/recovery/adopt.ts",
    before: "services.held.set(row.sessionId, session);",
  },
];

export const killPointPatches: readonly Patch[] = [
  ...killPoints.map(({ name, file, before }) => ({
    file,
    find: before,
    replace: `globalThis.judgePoint?.("${name}");\n${before}`,
    isStatement: true,
  })),
  // The helper has an empty environment; here it is told where the orders lie.
  {
    file: "server/sandbox/spawner/spawner.ts",
    find: "env: {} as NodeJS.ProcessEnv",
    replace: 'env: { JUDGE_POINTS: process.env.JUDGE_POINTS ?? "" } as unknown as NodeJS.ProcessEnv',
  },
];

/** Goes to the head of every program of a test build. Taking the order away is atomic: one process obeys it. */
export const killPointBanner = `
import { readFileSync as judgeRead, unlinkSync as judgeTake } from "node:fs";
globalThis.judgePoint = (name) => {
  const directory = process.env.JUDGE_POINTS;
  if (!directory) return;
  let order;
  try {
    order = judgeRead(directory + "/" + name, "utf8");
    judgeTake(directory + "/" + name);
  } catch {
    return;
  }
  process.kill(process.pid, order);
};
`;

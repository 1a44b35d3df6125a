import { setTimeout as sleep } from "node:timers/promises";
import type { Claim, Report } from "../../lib/session/settle.ts";
import { type Engine, engineWorker, takeTurn } from "../engine.ts";
import type { Random } from "../random.ts";

/** Claims whatever there is and lets it end well, badly or for another try, until it is stopped. */
export function startEndingWorker(engine: Engine, random: Random): { stop(): Promise<void> } {
  let isOver = false;
  const work = async () => {
    const workerId = await engineWorker(16);
    let held: Claim[] = [];
    while (!isOver) {
      const ending = held.filter(() => random.isTrue(0.5));
      const reports = ending.map((claim) => endOf(claim, random));
      const { claims } = await takeTurn(engine, workerId, reports);
      held = [...held.filter((claim) => !ending.includes(claim)), ...claims];
      await sleep(1 + random.under(8));
    }
  };
  const working = work();
  // Whoever stops it hears it.
  working.catch(() => {});
  return {
    stop: () => {
      isOver = true;
      return working;
    },
  };
}

function endOf(claim: Claim, random: Random): Report {
  const common = {
    sandboxId: claim.sandboxId,
    taskId: claim.taskId,
    terminated: true,
    actor: { type: "session" as const, id: claim.sessionId, name: claim.key },
  };
  return random.weighted<Report>([
    [6, { ...common, taskVerb: "succeed", sessionVerb: "succeed", reason: "EXIT_ZERO" }],
    [2, { ...common, taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", delayMs: 0, failures: 1 }],
    [2, { ...common, taskVerb: "fail", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1 }],
  ]);
}

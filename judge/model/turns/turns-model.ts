import fc from "fast-check";
import { fates } from "./fake-engine.ts";
import { type CreateTurns, FakeOrchestrator } from "./fake-orchestrator.ts";

type Step = fc.AsyncCommand<object, FakeOrchestrator>;

const command = (name: string, run: (real: FakeOrchestrator) => void): Step => ({
  check: () => true,
  run: async (_, real) => run(real),
  toString: () => name,
});

const anyone = fc.nat({ max: 20 });
const onRunning = (name: string, act: (real: FakeOrchestrator, sandboxId: string) => void) =>
  anyone.map((n) =>
    command(`${name} ${n}`, (real) => {
      const { running } = real;
      if (running.length > 0) act(real, running[n % running.length]!);
    }),
  );

const steps: fc.Arbitrary<Step>[] = [
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()).map(([count, isHeard]) =>
    command(`${count} tasks arrive${isHeard ? "" : ", unheard"}`, (real) => {
      real.engine.waitingTasks += count;
      if (isHeard) real.hint();
    }),
  ),
  fc.constant(command("a hint", (real) => real.hint())),
  fc.constant(command("a hint", (real) => real.hint())),
  fc.constant(command("one starts", (real) => real.startNext())),
  fc.constant(command("one starts", (real) => real.startNext())),
  fc.constant(command("one starts", (real) => real.startNext())),
  onRunning("ends", (real, sandboxId) => real.settle(sandboxId, true)),
  onRunning("ends", (real, sandboxId) => real.settle(sandboxId, true)),
  onRunning("ends", (real, sandboxId) => real.settle(sandboxId, true)),
  onRunning("ends with processes left", (real, sandboxId) => real.settle(sandboxId, false)),
  onRunning("is cancelled", (real, sandboxId) => real.engine.cancel(sandboxId)),
  onRunning("is superseded", (real, sandboxId) => {
    real.engine.cancel(sandboxId);
    real.sayGone(sandboxId);
  }),
  onRunning("is spoilt", (real, sandboxId) => real.isHarsh && real.spoil(sandboxId)),
  fc.constant(command("a minute passes", (real) => real.letTimePass())),
  fc.nat({ max: 2 }).map((n) =>
    command(n === 0 ? "nothing new may begin" : "new things may begin", (real) => {
      real.mayClaim = n > 0 || !real.isHarsh;
    }),
  ),
  anyone.map((n) => command(`gives up foreign ${n}`, (real) => real.giveUpForeign(`foreign ${n}`))),
  fc.constant(command("reconciles", (real) => void real.reconcile())),
  fc.constant(command("reconciles", (real) => void real.reconcile())),
  fc.constant(command("reconciles", (real) => void real.reconcile())),
  fc.integer({ min: 1, max: 6 }).map((slots) =>
    command(`${slots} slots`, ({ engine }) => {
      engine.slots = slots;
    }),
  ),
];
const stop = fc.constant(command("stops claiming", (real) => real.stopClaiming()));

const burst = fc.commands(steps, { maxCommands: 50, size: "max" });
const lastBurst = fc.commands([...steps, ...steps, ...steps, stop], { maxCommands: 50, size: "max" });
const run = fc.record({
  scheduler: fc.scheduler(),
  slots: fc.integer({ min: 1, max: 6 }),
  isHarsh: fc.boolean(),
  fates: fc.array(fc.constantFrom(...fates), { minLength: 6, maxLength: 30, size: "max" }),
  bursts: fc.tuple(burst, burst, burst, lastBurst),
});
/** Without the generator's liking for short lists: mistakes hide where much is under way. */
const runs = fc.noBias(run);

/**
 * Turns whose database answers in any order, fails before or after it has executed, or too late. Whatever the order: no report
 * is lost, none answered before it is durable, none overtakes another; one turn at a time; no more tickets than free slots, none
 * after stopClaiming; a hint is followed by a look, and so is an answer that says there is more; what the engine
 * refuses holds up nothing else, and nothing is claimed meanwhile; starts are recorded in the order they were told and
 * answered as the database said; and at rest every session is in one hand and no task waits beside a free slot.
 */
export const turnsProperty = (createTurns: CreateTurns) =>
  fc.asyncProperty(runs, async ({ scheduler, bursts, ...drawn }) => {
    const real = new FakeOrchestrator(createTurns, scheduler, drawn);
    for (const commands of bursts) {
      await fc.scheduledModelRun(scheduler, () => ({ model: {}, real }), commands);
      await scheduler.waitIdle();
      real.checkHints();
    }
    await comeToRest(real, scheduler);
    const complaints = real.complainAtRest();
    if (complaints.length > 0) throw new Error([...new Set(complaints)].join("\n"));
  });

/** The poll and reconciling go on for as long as they find something; twice over, since each may leave work to the other. */
async function comeToRest(real: FakeOrchestrator, scheduler: fc.Scheduler): Promise<void> {
  real.mend();
  for (let round = 0; round < 3; round++) {
    real.letTimePass();
    void real.reconcile();
    await scheduler.waitIdle();
    real.hint();
    await scheduler.waitIdle();
  }
}

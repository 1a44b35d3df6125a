import type fc from "fast-check";
import { logger } from "@/lib/log.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import type { Report, SandboxGone, Started, StepResult } from "@/lib/session/settle.ts";
import { createInvariant, type Invariant } from "@/server/orchestrator/invariant.ts";
import type { createTurns, Turns } from "@/server/orchestrator/turns.ts";
import { FakeEngine, type Fate } from "./fake-engine.ts";

export type CreateTurns = typeof createTurns;

type Given = Report | SandboxGone;

interface Drawn {
  fates: readonly Fate[];
  slots: number;
  isHarsh: boolean;
}

/**
 * What surrounds the turns in an orchestrator: sessions in its hands, results that come home, and reconciling, which takes up
 * what the database knows and nobody holds. It writes down what must not happen.
 */
export class FakeOrchestrator {
  readonly engine: FakeEngine;
  readonly turns: Turns;
  readonly held = new Set<string>();
  readonly complaints: string[] = [];
  /** All reports, in the order in which they were given. */
  private readonly given: Given[] = [];
  /** Sandboxes in the order in which somebody first asked to settle a report about each. */
  readonly reported: string[] = [];
  /** Sandboxes in the order in which their start was told. */
  private readonly told: string[] = [];
  private startsUnanswered = 0;
  /** What the database last said of each start. */
  private readonly saidLive = new Map<string, boolean>();
  /** Whether the engine refuses anything, and something keeps new things from beginning, in this run. */
  readonly isHarsh: boolean;
  /** Whether anything new may begin. */
  mayClaim = true;
  private readonly scheduler: fc.Scheduler;
  private readonly invariant: Invariant;
  private nowMs = 0;
  private isTried = false;
  private readonly settling = new Set<string>();
  private unanswered: string[] = [];
  /** Sandboxes whose reports were refused at some time; others overtake them. */
  private readonly overtaken = new Set<string>();
  private isReconciling = false;
  /** Since the last turn that looked for something to claim. */
  private isHinted = false;
  private callsBeforeStop: number | null = null;

  constructor(createTurns: CreateTurns, scheduler: fc.Scheduler, options: Drawn) {
    // What goes wrong here is no news.
    logger.level = "silent";
    this.scheduler = scheduler;
    this.isHarsh = options.isHarsh;
    this.engine = new FakeEngine(scheduler, options);
    this.invariant = createInvariant(
      () => {},
      () => this.nowMs,
    );
    this.turns = createTurns({
      worker: () => ({ id: "worker", hostId: "host", maxConcurrent: this.engine.slots }) as never,
      held: () => this.held,
      dispatch: ({ claim, token }) => {
        if (hashToken(token) !== this.engine.tokenHashOf(claim.sandboxId)) this.complain("a token of another sandbox");
        this.hold(claim.sandboxId);
      },
      answer: () => {},
      mayClaim: () => this.mayClaim,
      invariant: { ...this.invariant, isDue: () => this.isDue() },
      step: (input) => {
        this.checkOrder(input.reports);
        this.countTickets(input.worker?.tickets.length ?? 0, new Set(input.reports.map((one) => one.sandboxId)));
        this.checkHint(input.worker !== undefined);
        return this.engine.step(input).then((result) => this.note(input.started ?? [], result));
      },
      pause: () => scheduler.schedule(Promise.resolve(), "a pause is over"),
    });
  }

  /** Sessions whose end nobody has begun to bring home, in the order they were taken in hand. */
  get running(): string[] {
    return [...this.held].filter((sandboxId) => !this.settling.has(sandboxId));
  }

  /** Brings a result home, as the runner does: in hand until it is durable. */
  settle(sandboxId: string, isGone: boolean): void {
    this.settling.add(sandboxId);
    this.report({ ...verdict(sandboxId), terminated: isGone });
  }

  /** The engine will refuse what is said of this session. */
  spoil(sandboxId: string): void {
    this.engine.refused.add(sandboxId);
    this.overtaken.add(sandboxId);
  }

  /** Tells that a session's process runs; of each once. */
  startNext(): void {
    const sandboxId = this.running.find((one) => !this.told.includes(one));
    if (sandboxId === undefined) return;
    this.told.push(sandboxId);
    this.startsUnanswered += 1;
    const started = { sessionId: `session of ${sandboxId}`, sandboxId } as Started;
    void this.turns.started(started).then((isLive) => {
      this.startsUnanswered -= 1;
      if (!this.engine.started.includes(sandboxId)) this.complain("a start answered before it was recorded");
      if (isLive !== this.saidLive.get(sandboxId)) this.complain("a start answered as the database did not");
    });
  }

  /** Says that the processes of a session are gone that was ended by somebody else. */
  sayGone(sandboxId: string): void {
    this.settling.add(sandboxId);
    this.report({ sandboxId, taskId: "task", terminated: true, actor: system });
  }

  /** Gives a session of another host up for lost; it is in nobody's hands here. */
  giveUpForeign(name: string): void {
    this.report({ ...verdict(name), terminated: true });
  }

  hint(): void {
    this.isHinted = true;
    this.turns.wake();
  }

  /** At rest, before the poll: what was heard has been looked at. */
  checkHints(): void {
    const { calls, refused } = this.engine;
    const held = this.unanswered.filter((sandboxId) => !refused.has(sandboxId)).length;
    if (held > 0) this.complain(`${held} reports wait though nothing is wrong with them`);
    if (this.invariant.isBroken()) return;
    if (this.startsUnanswered > 0) this.complain("starts wait though nothing is wrong with them");
    if (this.isHinted) this.complain("a hint was not looked at");
    if (calls.at(-1) === "busy" && this.callsBeforeStop === null) this.complain("it did not look again");
  }

  /** So long that what the engine refused is tried again. */
  letTimePass(): void {
    this.nowMs += 60_000;
  }

  /** The engine takes everything in again. */
  mend(): void {
    this.engine.refused.clear();
    this.mayClaim = true;
  }

  private isDue(): boolean {
    this.isTried = this.invariant.isDue();
    return this.isTried;
  }

  stopClaiming(): void {
    this.turns.stopClaiming();
    this.callsBeforeStop ??= this.engine.calls.length;
  }

  /** Takes up what is in nobody's hands; like every work of the scheduler, not twice at a time. */
  async reconcile(): Promise<void> {
    if (this.isReconciling) return;
    this.isReconciling = true;
    await this.resume();
    this.isReconciling = false;
  }

  /** As server/orchestrator/recovery/reconcile.ts does: look, wait for the turn under way, look again, take up. */
  private async resume(): Promise<void> {
    const suspects = (await this.look()).filter((sandboxId) => !this.held.has(sandboxId));
    if (suspects.length === 0) return;
    await this.turns.turnEnd();
    const left = suspects.filter((sandboxId) => !this.held.has(sandboxId));
    for (const sandboxId of await this.look()) if (left.includes(sandboxId)) this.hold(sandboxId);
  }

  /** What must hold once nothing is under way any more. */
  complainAtRest(): string[] {
    const { engine } = this;
    if (this.unanswered.length > 0) this.complain(`${this.unanswered.length} reports were never answered`);
    const inTurn = (sandboxIds: readonly string[]) => sandboxIds.filter((one) => !this.overtaken.has(one)).join();
    if (inTurn(engine.settled) !== inTurn(this.reported))
      this.complain(`settled ${engine.settled.length} reports in another order than the ${this.reported.length} given`);
    if (this.startsUnanswered > 0) this.complain(`${this.startsUnanswered} starts were never answered`);
    if (engine.started.join() !== this.told.join())
      this.complain("starts recorded in another order than they were told");
    const forgotten = engine.present().filter((sandboxId) => !this.held.has(sandboxId));
    if (forgotten.length > 0) this.complain(`${forgotten.length} sandboxes are in nobody's hands`);
    const isStopped = this.callsBeforeStop !== null;
    if (!isStopped && engine.waitingTasks > 0 && this.held.size < engine.slots)
      this.complain("tasks wait beside a free slot");
    return [...this.complaints, ...engine.complaints];
  }

  private note(started: readonly Started[], result: StepResult): StepResult {
    for (const { sessionId, sandboxId } of started) this.saidLive.set(sandboxId, result.live.includes(sessionId));
    return result;
  }

  private report(report: Given): void {
    this.given.push(report);
    const { sandboxId } = report;
    if (!this.reported.includes(sandboxId)) this.reported.push(sandboxId);
    this.unanswered.push(sandboxId);
    void this.turns.settle(report).then((answer) => {
      this.unanswered.splice(this.unanswered.indexOf(sandboxId), 1);
      if (answer.sandboxId !== sandboxId) this.complain("the answer to another report");
      if (!this.engine.settled.includes(sandboxId)) this.complain("answered before it was durable");
      this.settling.delete(sandboxId);
      this.held.delete(sandboxId);
    });
  }

  private hold(sandboxId: string): void {
    if (this.held.has(sandboxId)) this.complain("a session is held twice");
    this.held.add(sandboxId);
  }

  private checkOrder(reports: readonly Given[]): void {
    const places = reports
      .filter(({ sandboxId }) => !this.overtaken.has(sandboxId))
      .map((one) => this.given.indexOf(one));
    if (places.some((place, index) => place < (places[index - 1] ?? 0)))
      this.complain("a report overtook an earlier one");
  }

  private checkHint(isLook: boolean): void {
    if (isLook) this.isHinted = false;
    else if (this.isHinted && !this.invariant.isBroken()) this.complain("a hint was passed over");
  }

  private countTickets(tickets: number, leaving: ReadonlySet<string>): void {
    if (this.callsBeforeStop !== null && tickets > 0) this.complain("it claimed after it was told to stop");
    const staying = [...this.held].filter((sandboxId) => !leaving.has(sandboxId)).length;
    if (!this.mayClaim && tickets > 0) this.complain("it claimed though nothing new may begin");
    if (this.invariant.isBroken() && !this.isTried && tickets > 0) this.complain("it claimed while the engine refuses");
    if (tickets > Math.max(0, this.engine.slots - staying)) this.complain("more tickets than free slots");
  }

  private look(): Promise<string[]> {
    return this.scheduler.schedule(Promise.resolve(), "a look begins").then(() => {
      const seen = this.engine.present();
      return this.scheduler.schedule(Promise.resolve(seen), "a look ends");
    });
  }

  private complain(what: string): void {
    this.complaints.push(what);
  }
}

const system = { type: "system", id: "orchestrator", name: "Runboard" } as const;

const verdict = (sandboxId: string): Report => ({
  sandboxId,
  taskId: "task",
  taskVerb: "succeed",
  sessionVerb: "succeed",
  reason: "EXIT_ZERO",
  actor: system,
});

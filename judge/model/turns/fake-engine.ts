import type fc from "fast-check";
import type { Answer, Claim, StepInput, StepResult } from "@/lib/session/settle.ts";

/**
 * What a call to the database comes to:
 *   done          executed, and the caller is told
 *   refused       not executed; the caller gets an error
 *   answer lost   executed, and the caller gets an error
 *   late          the caller gets an error, and it is executed afterwards
 *   busy          executed, but somebody else is writing in the project: nothing is claimed, and the answer says to look again
 */
export const fates = ["done", "refused", "answer lost", "late", "busy"] as const;
export type Fate = (typeof fates)[number];

const callsMax = 2_000;

/** As the driver says that the database has raised an error. */
const refusal = Object.assign(new Error("The engine refused."), {
  meta: { driverAdapterError: { cause: { originalCode: "P0001" } } },
});

interface Session {
  isLive: boolean;
  isPresent: boolean;
}

/**
 * The engine as an orchestrator's turns see it: sessions, free slots, tasks that wait. A call waits twice for the scheduler,
 * before it is executed and before its answer arrives; each uses up one fate, and when they are spent everything is done.
 */
export class FakeEngine {
  /** What each call came to. */
  readonly calls: Fate[] = [];
  /** Sandboxes in the order in which a report about each was first executed. */
  readonly settled: string[] = [];
  /** Sandboxes in the order in which the start of each was first recorded. */
  readonly started: string[] = [];
  readonly complaints: string[] = [];
  /** Sandboxes whose reports the engine refuses, however often it is asked. */
  readonly refused = new Set<string>();
  slots: number;
  waitingTasks = 0;
  private readonly sessions = new Map<string, Session>();
  private readonly tokenHashes = new Map<string, string>();
  private readonly scheduler: fc.Scheduler;
  private readonly fates: Fate[];
  private isCalled = false;

  constructor(scheduler: fc.Scheduler, { fates: left, slots }: { fates: readonly Fate[]; slots: number }) {
    this.scheduler = scheduler;
    this.fates = [...left];
    this.slots = slots;
  }

  /** The function `step`, to hand to the turns. */
  readonly step = async (input: StepInput): Promise<StepResult> => {
    if (this.isCalled) this.complaints.push("two turns at once");
    this.isCalled = true;
    const fate = this.fates.shift() ?? "done";
    this.calls.push(fate);
    if (this.calls.length > callsMax) return this.hangUp();
    try {
      return await this.carryOut(fate, input);
    } finally {
      this.isCalled = false;
    }
  };

  /** Who asks without end would never come to rest. */
  private hangUp(): Promise<never> {
    this.complaints.push("it asks without end");
    return new Promise(() => {});
  }

  private async carryOut(fate: Fate, input: StepInput): Promise<StepResult> {
    await this.scheduler.schedule(Promise.resolve(), "a call arrives");
    if (fate === "late")
      void this.scheduler.schedule(Promise.resolve(), "a late call").then(() => this.executeLate(input));
    if (fate === "late" || fate === "refused") throw new Error(`The call was ${fate}.`);
    if (input.reports.some(({ sandboxId }) => this.refused.has(sandboxId))) throw refusal;
    const result = this.execute(fate, input);
    await this.scheduler.schedule(Promise.resolve(), "an answer arrives");
    if (fate === "answer lost") throw new Error("The connection was lost.");
    return result;
  }

  private executeLate(input: StepInput): void {
    if (!input.reports.some(({ sandboxId }) => this.refused.has(sandboxId))) this.execute("late", input);
  }

  private execute(fate: Fate, { reports, started = [], worker }: StepInput): StepResult {
    for (const { sandboxId } of started) if (!this.started.includes(sandboxId)) this.started.push(sandboxId);
    const live = started.flatMap((one) => (this.isLive(one.sandboxId) ? one.sessionId : []));
    const answers = reports.map((report): Answer => {
      const { sandboxId } = report;
      if (!this.settled.includes(sandboxId)) this.settled.push(sandboxId);
      const session = this.sessions.get(sandboxId);
      const wasLive = session?.isLive ?? true;
      if (report.taskVerb !== undefined) this.sessions.set(sandboxId, { isLive: false, isPresent: !report.terminated });
      else this.sessions.set(sandboxId, { isLive: session?.isLive ?? false, isPresent: !report.terminated });
      return { sandboxId, accepted: report.taskVerb === undefined || wasLive };
    });
    const free = Math.max(0, Math.min(this.slots - this.live, this.waitingTasks));
    const tickets = fate === "busy" ? [] : (worker?.tickets ?? []).slice(0, free);
    const claims = tickets.map((ticket) => {
      this.sessions.set(ticket.sandboxId, { isLive: true, isPresent: true });
      this.tokenHashes.set(ticket.sandboxId, ticket.tokenHash);
      this.waitingTasks -= 1;
      return { sessionId: ticket.sessionId, sandboxId: ticket.sandboxId } as Claim;
    });
    return { answers, live, claims, isUnfinished: fate === "busy", hasQuestions: false };
  }

  isLive(sandboxId: string): boolean {
    return this.sessions.get(sandboxId)?.isLive ?? false;
  }

  get live(): number {
    return [...this.sessions.values()].filter(({ isLive }) => isLive).length;
  }

  /** Sandboxes whose processes are not proven gone, as a look into the table finds them. */
  present(): string[] {
    return [...this.sessions].filter(([, { isPresent }]) => isPresent).map(([sandboxId]) => sandboxId);
  }

  /** A person cancels what a live session works on; its processes are still there. */
  cancel(sandboxId: string): void {
    const session = this.sessions.get(sandboxId);
    if (session) session.isLive = false;
  }

  tokenHashOf(sandboxId: string): string | undefined {
    return this.tokenHashes.get(sandboxId);
  }
}

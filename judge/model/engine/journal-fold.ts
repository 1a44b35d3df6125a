import { findTaskMove, type TaskStatus, type TaskVerb, taskMoves } from "@/lib/task/machine.ts";
import type { Board } from "../board/board.ts";
import { brokenLimits } from "./broken-limits.ts";
import { brokenTables } from "./broken-tables.ts";
import type { EventRow, Tables } from "./tables.ts";
import { type ClaimTold, newlyTold, type TaskTold } from "./told.ts";

interface Updated {
  changed: string[];
  version: number;
}

/** Who starts what is queued already makes it theirs, and waits for no retry's time. */
function takeUpdate({ changed, version }: Updated, task: TaskTold): void {
  task.version = Number(version);
  if (changed.includes("availableAt")) task.availableAtMs = 0;
  if (changed.includes("queuedBy")) task.isQueuedBySystem = false;
}

const ends: readonly TaskStatus[] = ["COMPLETED", "FAILED", "CANCELLED"];

/**
 * The journal, folded event by event from nothing, with every rule checked at the moment it must hold. It shares no code with the
 * product's own audit. What the journal does not tell (edges, limits, who forced what) it takes from what callers were told.
 */
export class JournalFold {
  readonly after: Record<string, number> = {};
  private readonly tasks = new Map<string, TaskTold>();
  private readonly autonomous = new Map<string, boolean>();
  private readonly pausedUntilMs = new Map<string, number>();
  /** The clock may be set back; what was due stays due. */
  private latestMs = 0;
  private claimed: ClaimTold[] = [];
  private broken: string[] = [];

  /** Takes in what is new; answers a sentence for everything that must not be. */
  take(found: Tables, board: Board): string[] {
    this.broken = [];
    this.claimed = [];
    this.latestMs = Math.max(this.latestMs, board.nowMs);
    for (const [index, event] of found.events.entries())
      this.takeEvent(event, found.events[index + 1], { found, board });
    // Afterwards: of two turns beside each other the one that claims need not know what the other pauses. In one turn the board expects it.
    for (const event of found.events) if (event.type === "AGENT_PAUSED") this.notePause(event);
    return [
      ...this.broken,
      ...brokenTables(found, this.tasks, this.after),
      ...brokenLimits(found, board, this.claimed),
    ];
  }

  private takeEvent(event: EventRow, next: EventRow | undefined, world: { found: Tables; board: Board }): void {
    const { streamId, seq, type, entityId, actor, payload } = event;
    if (seq !== (this.after[streamId] ?? 0) + 1) this.complain(event, "the numbers have a gap");
    this.after[streamId] = seq;
    if (!actor?.id || !actor.type) this.complain(event, "nobody did it");
    const task = this.tasks.get(entityId) ?? this.tasks.get(String(payload.taskId));
    if (type === "TASK_CREATED") this.tasks.set(entityId, newlyTold(streamId, payload.status as TaskStatus));
    if (type === "TASK_DELETED") this.tasks.delete(entityId);
    if (type === "AUTONOMOUS_MODE_CHANGED") this.autonomous.set(streamId, payload.enabled === true);
    if (task === undefined) return;
    if (type === "TASK_STATUS_CHANGED") this.takeMove(event, task, next, world);
    if (type === "TASK_UPDATED") takeUpdate(payload as unknown as Updated, task);
    if (type === "TASK_RETRY_SCHEDULED") task.availableAtMs = Date.parse(String(payload.availableAt));
    if (type === "SESSION_ENDED") this.takeEnd(event, task);
    if (type === "SANDBOX_TERMINATED") this.takeGone(event, task, world.found);
    if (type === "TASKS_UNBLOCKED") this.checkUnblocked(event, world.board);
  }

  private takeMove(
    event: EventRow,
    task: TaskTold,
    next: EventRow | undefined,
    world: { found: Tables; board: Board },
  ): void {
    const { from, to, verb, version } = event.payload as {
      from: TaskStatus;
      to: TaskStatus;
      verb: TaskVerb;
      version: number;
    };
    const move = taskMoves.some((one) => one.verb === verb) ? findTaskMove(verb) : null;
    if (task.status !== from) this.complain(event, `it left ${from}, but was ${task.status}`);
    if (!move?.from.includes(from) || !move.to.includes(to))
      this.complain(event, `${verb} from ${from} to ${to} is not legal`);
    const type = event.actor?.type;
    if (move?.by === "person" && type !== "person") this.complain(event, `${verb} is for people, ${type} did it`);
    if (move?.by === "orchestrator" && type === "person") this.complain(event, `${verb} is not for people`);
    if (version <= task.version) this.complain(event, `version ${version} follows ${task.version}`);
    if (ends.includes(from) && type !== "person")
      this.complain(event, `it had ended as ${from}, and no person took it up`);
    if (from === "RUNNING" && task.liveAttempt !== null) this.complain(event, "it left RUNNING with a live session");
    if (verb === "claim") this.takeClaim(event, task, world);
    if (verb === "reopen") task.generation += 1;
    if (verb === "queue" || verb === "requestChanges") task.isQueuedBySystem = event.actor?.type === "system";
    Object.assign(task, { status: to, version, availableAtMs: 0 });
    this.checkCompanion(event, to, next);
  }

  /** I2, I3, I4, and who may claim what when. */
  private takeClaim(event: EventRow, task: TaskTold, { found, board }: { found: Tables; board: Board }): void {
    const id = event.entityId;
    const known = board.tasks.get(id);
    const worker = board.workers.get(event.actor?.id ?? "");
    task.attempts += 1;
    const session = found.sessions.find((one) => one.taskId === id && one.attempt === task.attempts);
    if (session === undefined) this.complain(event, `attempt ${task.attempts} has no session`);
    if (task.liveAttempt !== null) this.complain(event, "it has a live session already");
    if (task.present.size > 0) this.complain(event, `processes of attempt ${[...task.present]} are still there`);
    if (task.availableAtMs > this.latestMs) this.complain(event, "its time has not come");
    if (task.isQueuedBySystem && !this.autonomous.get(event.streamId)) this.complain(event, "the switch is off");
    if ((this.pausedUntilMs.get(session?.type ?? "") ?? 0) > board.nowMs) this.complain(event, "its type is paused");
    if (worker === undefined || worker.leaseUntilMs <= board.nowMs || worker.isPaused || worker.isStopped)
      this.complain(event, "who claimed it may not");
    const missing = [...(known?.waitsFor ?? [])].filter((one) => this.tasks.get(one)?.status !== "COMPLETED");
    if (missing.length > 0 && known?.isForced !== true)
      this.complain(event, `${missing.length} it waits for are not done`);
    task.liveAttempt = task.attempts;
    task.present.add(task.attempts);
    this.claimed.push({ taskId: id, attempt: task.attempts, workerId: worker?.id ?? "" });
  }

  /** I5: a session ends once, and only the live one. */
  private takeEnd(event: EventRow, task: TaskTold): void {
    if (task.liveAttempt !== event.payload.attempt)
      this.complain(event, `attempt ${event.payload.attempt} was not live`);
    task.liveAttempt = null;
  }

  private takeGone(event: EventRow, task: TaskTold, { sessions }: Tables): void {
    const session = sessions.find(({ sandboxId }) => sandboxId === event.entityId);
    if (session === undefined || !task.present.delete(session.attempt)) this.complain(event, "it was gone already");
  }

  /** Some moves are told twice: to whoever reads every move, and to whoever waits for this one. */
  private checkCompanion(event: EventRow, to: TaskStatus, next: EventRow | undefined): void {
    const told = { COMPLETED: "TASK_COMPLETED", FAILED: "TASK_FAILED", STALLED: "TASK_STALLED" } as const;
    const wanted = told[to as keyof typeof told];
    if (wanted === undefined) return;
    const isTold = next?.type === wanted && next.entityId === event.entityId && next.streamId === event.streamId;
    if (!isTold) this.complain(event, `${wanted} does not follow`);
  }

  private checkUnblocked(event: EventRow, board: Board): void {
    const isDone = (id: string) => this.tasks.get(id)?.status === "COMPLETED";
    for (const id of event.payload.unblockedTaskIds as string[]) {
      const open = [...(board.tasks.get(id)?.waitsFor ?? [])].filter((one) => !isDone(one));
      if (open.length > 0) this.complain(event, `${id} is told to be unblocked, ${open.length} are open`);
    }
  }

  private notePause({ payload }: EventRow): void {
    const agent = String(payload.agent);
    this.pausedUntilMs.set(agent, Math.max(Date.parse(String(payload.until)), this.pausedUntilMs.get(agent) ?? 0));
  }

  private complain({ type, streamId, seq, entityId }: EventRow, what: string): void {
    this.say(`event ${seq} of ${streamId} (${type} of ${entityId}): ${what}`);
  }

  private say(what: string): void {
    this.broken.push(what);
  }
}

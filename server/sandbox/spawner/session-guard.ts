import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { machineClockMs } from "../../machine-clock.ts";
import { identify } from "../../process-identity.ts";
import { endAtLease } from "./lease-end.ts";
import type { Guard, GuardedSession } from "./spawner-protocol.ts";

/** Timers do not count the time a machine sleeps, so the clock is read this often. */
const lookMaxMs = 250;
const lateMs = 500;
const breathMs = 50;

/**
 * The dead man's switch: sessions live until the moment the orchestrator last named, and no longer. It is thrown by the
 * spawner helper, which goes on when the orchestrator is stopped, hangs or dies.
 *
 *   unarmed ──guard──► armed ──guard──► armed (later) … ──null──► unarmed
 *                        └─ the moment passes ─► every session is ended; launches are refused until the next guard
 *
 * While armed a file stands as its mandate. It counts only when the orchestrator is gone: an orchestrator that took the
 * sessions over removes it, and they are left alone.
 */
export class SessionGuard {
  #guard: Guard | null = null;
  #sessions = new Map<string, GuardedSession>();
  #timer: NodeJS.Timeout | undefined;
  #onOver: (() => void) | null = null;

  /** Follows an order; null releases everybody. Throws when the mandate cannot be written: then it stays as it was. */
  obey(guard: Guard | null): void {
    if (guard !== null && guard.mandate !== this.#guard?.mandate) writeMandate(guard.mandate);
    if (guard === null && this.#guard !== null) rmSync(this.#guard.mandate, { force: true });
    this.#guard = guard;
    this.#sessions = new Map(guard?.sessions.map((session) => [session.sessionId, session]));
    this.#schedule();
  }

  /** A session launched between two orders is guarded too. */
  add(session: GuardedSession): void {
    if (this.#guard !== null) this.#sessions.set(session.sessionId, session);
  }

  /** No launch after the moment: who asked for it no longer holds the session. */
  get isOver(): boolean {
    return this.#guard !== null && machineClockMs() >= this.#guard.untilMs;
  }

  /** The orchestrator is gone. Resolves when there is nothing left to guard: released, taken over, or ended. */
  outliveOrchestrator(): Promise<void> {
    return new Promise((resolve) => {
      this.#onOver = resolve;
      void this.#look();
    });
  }

  #schedule(delayMs = lookMaxMs): void {
    clearTimeout(this.#timer);
    if (this.#guard === null) return;
    const leftMs = this.isOver ? delayMs : this.#guard.untilMs - machineClockMs();
    const waitMs = Math.min(Math.max(leftMs, 1), delayMs);
    const dueMs = machineClockMs() + waitMs;
    this.#timer = setTimeout(() => {
      // So late we were stopped ourselves: a later guard may be waiting to be read.
      if (machineClockMs() > dueMs + lateMs) this.#schedule(breathMs);
      else void this.#look();
    }, waitMs);
  }

  async #look(): Promise<void> {
    const guard = this.#guard;
    const isOrphan = this.#onOver !== null;
    if (guard === null || (isOrphan && isTakenOver(guard.mandate))) return this.#onOver?.();
    if (this.isOver) {
      const ended = await this.#endAll();
      // A guard that came meanwhile has sessions of its own.
      if (ended && isOrphan && this.#guard === guard) this.obey(null);
      if (this.#guard === null) return this.#onOver?.();
    }
    this.#schedule();
  }

  /** True when nothing is left of any. */
  async #endAll(): Promise<boolean> {
    const sessions = [...this.#sessions.values()];
    const left = await Promise.all(sessions.map((session) => endAtLease(session).catch(() => [0])));
    sessions.forEach((session, index) => {
      if (left[index]!.length === 0 && this.#sessions.get(session.sessionId) === session)
        this.#sessions.delete(session.sessionId);
    });
    return left.every((pids) => pids.length === 0);
  }
}

function writeMandate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(identify(process.pid)), { mode: 0o600 });
}

/** A home that was removed with everything in it has taken nothing over. */
const isTakenOver = (mandate: string): boolean => !existsSync(mandate) && existsSync(dirname(mandate));

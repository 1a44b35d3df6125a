import { db } from "@/lib/db.ts";
import type { SessionPulse } from "@/lib/live-protocol.ts";
import { logger } from "@/lib/log.ts";
import { readPulses } from "@/lib/session/pulse.ts";
import type { LiveServer } from "./live-server.ts";
import { roomOf } from "./streams.ts";

/** At most so often is a project's room told. */
const paceMs = 500;

/**
 * What the agents of followed projects do at the moment. No events: only the newest counts, nothing is replayed, and what has not
 * changed is not told. One query for all projects, however many sessions speak.
 */
export class LiveSessions {
  private readonly asked = new Set<string>();
  /** As last told, by project and session. */
  private readonly told = new Map<string, Map<string, string>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly io: LiveServer,
    private readonly followed: () => string[],
  ) {}

  /** There may be something new in a project. */
  hint(projectId: string): void {
    if (this.followed().includes(projectId)) this.ask(projectId);
  }

  /** The truth: looks at whatever is followed. */
  poll(): void {
    for (const id of this.followed()) this.ask(id);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private ask(projectId: string): void {
    this.asked.add(projectId);
    this.timer ??= setTimeout(() => void this.tell(), paceMs);
  }

  private async tell(): Promise<void> {
    const ids = [...this.asked];
    this.asked.clear();
    try {
      const found = await readPulses(db(), ids);
      for (const id of ids)
        this.tellRoom(
          id,
          found.filter(({ projectId }) => projectId === id),
        );
    } catch (thrown) {
      logger.debug({ err: thrown }, "what sessions do could not be read");
    }
    this.timer = this.asked.size > 0 ? setTimeout(() => void this.tell(), paceMs) : undefined;
  }

  private tellRoom(projectId: string, pulses: readonly SessionPulse[]): void {
    const before = this.told.get(projectId);
    const now = new Map(pulses.map((pulse) => [pulse.sessionId, JSON.stringify(pulse)]));
    const sessions = pulses.filter(({ sessionId }) => before?.get(sessionId) !== now.get(sessionId));
    if (sessions.length > 0) this.io.to(roomOf(projectId)).emit("live", { projectId, sessions });
    if (now.size > 0) this.told.set(projectId, now);
    else this.told.delete(projectId);
  }
}

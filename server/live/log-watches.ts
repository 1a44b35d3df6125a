import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import type { LogPage } from "@/lib/session/schema.ts";
import { type LiveSocket, readerCaughtUp } from "./live-server.ts";

/** One socket reading one session's output. `offset`: everything before it has been sent. */
interface Watch {
  socket: LiveSocket;
  sessionId: string;
  offset: number;
  isStopped: boolean;
  /** Counts hints, so that one that comes while reading is not lost. */
  hints: number;
  wake: () => void;
}

export class LogWatches {
  private readonly watches = new Set<Watch>();
  /** A socket's watches send one after the other, each at the reader's pace, so that one page of them all is in memory. */
  private readonly turns = new WeakMap<LiveSocket, Promise<unknown>>();

  isEmpty(): boolean {
    return this.watches.size === 0;
  }

  /** Those of a socket, one session left aside. */
  countOf(socket: LiveSocket, besideSessionId: string): number {
    return [...this.watches].filter((watch) => watch.socket === socket && watch.sessionId !== besideSessionId).length;
  }

  /** Follows from a byte offset until the end. A second watch of the same session takes the place of the first. */
  start(socket: LiveSocket, sessionId: string, offset: number): void {
    this.stop(socket, sessionId);
    const watch: Watch = { socket, sessionId, offset, isStopped: false, hints: 0, wake: () => {} };
    this.watches.add(watch);
    void this.follow(watch);
  }

  /** Without a session: all of the socket's. */
  stop(socket: LiveSocket, sessionId?: string): void {
    for (const watch of this.watches) {
      if (watch.socket === socket && (sessionId === undefined || watch.sessionId === sessionId)) this.end(watch);
    }
  }

  /** There may be more of a session's output; "" means of any. */
  hint(sessionId: string): void {
    for (const watch of this.watches) {
      if (sessionId === "" || watch.sessionId === sessionId) nudge(watch);
    }
  }

  /** The truth: wakes who has not read everything, in one query for all. */
  async poll(): Promise<void> {
    const ids = [...new Set([...this.watches].map(({ sessionId }) => sessionId))];
    const rows = await db().session.findMany({
      where: { id: { in: ids } },
      select: { id: true, logBytes: true, endedAt: true },
    });
    const sessions = new Map(rows.map((row) => [row.id, row]));
    for (const watch of this.watches) {
      const session = sessions.get(watch.sessionId);
      if (!session || session.endedAt !== null || Number(session.logBytes) !== watch.offset) nudge(watch);
    }
  }

  private async follow(watch: Watch): Promise<void> {
    while (!watch.isStopped) {
      const { hints } = watch;
      const page = await this.inTurn(watch.socket, () => this.readAndSend(watch));
      if (page?.isComplete) this.end(watch);
      else if (page?.items.length) continue;
      else if (watch.hints === hints && !watch.isStopped) await new Promise<void>((resolve) => (watch.wake = resolve));
    }
  }

  private async readAndSend(watch: Watch): Promise<LogPage | null> {
    const page = watch.isStopped ? null : await read(watch);
    if (page !== null) await send(watch, page);
    return page;
  }

  private inTurn<Result>(socket: LiveSocket, work: () => Promise<Result>): Promise<Result> {
    const result = (this.turns.get(socket) ?? Promise.resolve()).then(work);
    this.turns.set(
      socket,
      result.catch(() => {}),
    );
    return result;
  }

  private end(watch: Watch): void {
    watch.isStopped = true;
    this.watches.delete(watch);
    watch.wake();
  }
}

function nudge(watch: Watch): void {
  watch.hints += 1;
  watch.wake();
}

/** null when the database is away: the next poll tries again. */
async function read({ sessionId, offset }: Watch): Promise<LogPage | null> {
  try {
    return await readLogs(db(), { sessionId, after: offset, waitSeconds: 0 });
  } catch (thrown) {
    logger.debug({ err: thrown }, "a log could not be read");
    return null;
  }
}

/** Part by part: the next one when the reader has taken the one before the last. */
async function send(watch: Watch, { items, nextOffset, isComplete }: LogPage): Promise<void> {
  const { socket, sessionId } = watch;
  for (const [at, { offset, text }] of items.entries()) {
    await readerCaughtUp(socket);
    if (watch.isStopped) return;
    const isLast = at === items.length - 1;
    watch.offset = items[at + 1]?.offset ?? nextOffset;
    socket.emit("log", { sessionId, offset, text, nextOffset: watch.offset, isComplete: isLast && isComplete });
  }
  if (items.length > 0 || !isComplete || watch.isStopped) return;
  watch.offset = nextOffset;
  socket.emit("log", { sessionId, offset: nextOffset, text: "", nextOffset, isComplete });
}

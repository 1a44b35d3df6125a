import { db } from "@/lib/db.ts";
import type { EventType } from "@/lib/events.ts";
import { instanceStream, since } from "@/lib/journal.ts";
import { logger } from "@/lib/log.ts";
import { type LiveServer, type LiveSocket, tell } from "./live-server.ts";

const types: EventType[] = [
  "PROJECT_CREATED",
  "PROJECT_UPDATED",
  "PROJECT_ARCHIVED",
  "AUTONOMOUS_MODE_CHANGED",
  "CONFIG_CHANGED",
];
const room = "overview";
const pageSize = 500;

/** Where every stream stands: one small row each. */
export async function allLastSeqs(): Promise<Map<string, number>> {
  const rows = await db().stream.findMany();
  return new Map(rows.map(({ id, lastSeq }) => [id, Number(lastSeq)]));
}

/** The room of those who look at all projects: few kinds of events, of every stream, live only. */
export class Overview {
  /** Up to where each stream has been told; null while nobody watches. */
  private cursors: Map<string, number> | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly asked = new Set<string>();

  constructor(private readonly io: LiveServer) {}

  isWatched(): boolean {
    return this.cursors !== null;
  }

  /** Resolves with the seq of the instance's own stream. */
  join(socket: LiveSocket): Promise<number> {
    return this.inTurn(async () => {
      this.cursors ??= await allLastSeqs();
      if (socket.connected) void socket.join(room);
      else this.restIfEmpty();
      return this.cursors?.get(instanceStream) ?? 0;
    });
  }

  leave(socket: LiveSocket): void {
    void socket.leave(room);
    this.restIfEmpty();
  }

  restIfEmpty(): void {
    if (!this.io.sockets.adapter.rooms.has(room)) this.cursors = null;
  }

  hint(id: string): void {
    if (this.isWatched()) this.ask(id, null);
  }

  compare(seqs: ReadonlyMap<string, number>): void {
    for (const [id, last] of seqs) {
      if (this.cursors !== null && last > (this.cursors.get(id) ?? 0)) this.ask(id, last);
    }
  }

  private ask(id: string, last: number | null): void {
    if (this.asked.has(id)) return;
    this.asked.add(id);
    this.inTurn(() => {
      this.asked.delete(id);
      return this.advance(id, last);
    }).catch((thrown) => logger.debug({ err: thrown }, "the overview could not be read"));
  }

  /** `last`: a seq known to be committed, which need not be looked at again. */
  private async advance(id: string, last: number | null): Promise<void> {
    const { cursors } = this;
    if (cursors === null) return;
    for (;;) {
      const events = await since(id, { after: cursors.get(id) ?? 0, limit: pageSize, types });
      for (const event of events) tell(this.io.to(room).except(this.hearingElsewhere(id, event.seq)), event);
      cursors.set(id, Math.max(cursors.get(id) ?? 0, events.at(-1)?.seq ?? 0));
      if (events.length < pageSize) break;
    }
    if (last !== null) cursors.set(id, Math.max(cursors.get(id) ?? 0, last));
  }

  /** Those of the room who follow the project itself and hear this event there. */
  private hearingElsewhere(id: string, seq: number): string[] {
    const { adapter, sockets } = this.io.sockets;
    return [...(adapter.rooms.get(room) ?? [])].filter((socketId) => {
      const from = sockets.get(socketId)?.data.followedFrom.get(id);
      return from !== undefined && seq > from;
    });
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }
}

import { extentOf, lastSeqs, since } from "@/lib/journal.ts";
import { logger } from "@/lib/log.ts";
import { boundBacklogs } from "./backlogs.ts";
import { type LiveServer, type LiveSocket, readerCaughtUp, tell } from "./live-server.ts";

const pageSize = 500;
/** A reader further behind than this loads everything again. */
const replayMax = 10_000;

/**
 * One followed stream of the journal. `cursor` is the last seq its room has been told; -1 before the first look. Whatever
 * moves the cursor or adds a reader does so in its turn, so a reader joins exactly where the room stands: no gap, no double.
 */
interface Stream {
  id: string;
  cursor: number;
  turn: Promise<unknown>;
  /** A look at the journal is queued and has not begun. */
  isAsked: boolean;
  /** Sockets in the room or on their way into it. */
  holders: Set<string>;
}

export class Streams {
  private readonly streams = new Map<string, Stream>();
  constructor(private readonly io: LiveServer) {}

  ids(): string[] {
    return [...this.streams.keys()];
  }

  /** There may be something new in a stream. */
  hint(id: string): void {
    const stream = this.streams.get(id);
    if (stream !== undefined) this.ask(stream);
  }

  /** The truth: where each stream stands. */
  compare(seqs: ReadonlyMap<string, number>): void {
    for (const stream of this.streams.values()) {
      const last = seqs.get(stream.id) ?? 0;
      if (last > stream.cursor) this.ask(stream);
      else if (last < stream.cursor) void this.startOver(stream).catch(report);
    }
  }

  /**
   * Sends what came after `after`, then lets the socket follow; resolves with the seq it follows from. An `after` that is
   * too old, or was never reached, gets `resync` in place of the replay.
   */
  async join(socket: LiveSocket, id: string, after: number | null): Promise<number> {
    const stream = this.hold(id, socket.id);
    try {
      return await this.enter(socket, stream, after);
    } catch (thrown) {
      if (!socket.rooms.has(roomOf(id))) {
        // Else the overview would leave to this stream what nobody tells it here.
        socket.data.followedFrom.delete(id);
        this.release(stream, socket.id);
      }
      throw thrown;
    }
  }

  leave(socket: LiveSocket, id: string): void {
    void socket.leave(roomOf(id));
    socket.data.followedFrom.delete(id);
    const stream = this.streams.get(id);
    if (stream !== undefined) this.release(stream, socket.id);
  }

  leaveAll(socket: LiveSocket): void {
    for (const stream of this.streams.values()) this.release(stream, socket.id);
  }

  private async enter(socket: LiveSocket, stream: Stream, after: number | null): Promise<number> {
    const { firstSeq, lastSeq: last } = await extentOf(stream.id);
    const isUsable = after !== null && after <= last && last - after <= replayMax && after + 1 >= firstSeq;
    let at = isUsable ? after : null;
    if (at !== null) socket.data.followedFrom.set(stream.id, at);
    // A long way outside the turn, at the reader's pace; only the rest holds up the others.
    while (at !== null && last - at > pageSize && socket.connected) {
      at = await this.replay(socket, stream, { from: at, to: last });
      await readerCaughtUp(socket);
    }
    for (;;) {
      const joined = await inTurn(stream, () => this.enterRoom(socket, stream, { after, at }));
      if (joined !== "the room is behind") return joined;
    }
  }

  /** In turn: brings room and socket to the same place, then puts one into the other. */
  private async enterRoom(
    socket: LiveSocket,
    stream: Stream,
    { after, at: has }: { after: number | null; at: number | null },
  ): Promise<number | "the room is behind"> {
    const isMore = await this.advance(stream);
    let at = has;
    if (at !== null && at > stream.cursor) {
      // What it has been told already the room would tell it again. Others have their turn meanwhile.
      if (isMore) return "the room is behind";
      at = null;
    }
    while (at !== null && at < stream.cursor) at = await this.replay(socket, stream, { from: at, to: stream.cursor });
    if (after !== null && at === null) socket.emit("resync", { projectId: stream.id, seq: stream.cursor });
    if (at === null) socket.data.followedFrom.set(stream.id, stream.cursor);
    if (socket.connected) void socket.join(roomOf(stream.id));
    else this.release(stream, socket.id);
    return stream.cursor;
  }

  /** One page to one socket; resolves with the seq it has now, null when what follows is no longer kept. */
  private async replay(socket: LiveSocket, stream: Stream, span: { from: number; to: number }): Promise<number | null> {
    const events = await since(stream.id, { after: span.from, limit: pageSize });
    const wanted = events.filter(({ seq }) => seq <= span.to);
    // Retention has come in between.
    if (wanted[0] !== undefined && wanted[0].seq !== span.from + 1) return null;
    for (const event of wanted) tell(socket, event);
    return wanted.at(-1)?.seq ?? span.to;
  }

  private ask(stream: Stream): void {
    if (stream.isAsked) return;
    stream.isAsked = true;
    inTurn(stream, () => {
      stream.isAsked = false;
      return this.advance(stream);
    }).catch(report);
  }

  /**
   * Tells the room what is new, a page of it; resolves with whether there is more: who waits to join has a turn before the
   * next. Only in turn.
   */
  private async advance(stream: Stream): Promise<boolean> {
    if (stream.cursor === -1) stream.cursor = (await lastSeqs([stream.id])).get(stream.id) ?? 0;
    const events = await since(stream.id, { after: stream.cursor, limit: pageSize });
    // Everybody left meanwhile, and whoever came after that has a fresh one.
    if (this.streams.get(stream.id) !== stream) return false;
    for (const event of events) {
      tell(this.io.to(roomOf(stream.id)), event);
      stream.cursor = event.seq;
    }
    if (events.length < pageSize) return false;
    boundBacklogs(this.readersOf(stream));
    this.ask(stream);
    return true;
  }

  private readersOf(stream: Stream): LiveSocket[] {
    const { adapter, sockets } = this.io.sockets;
    return [...(adapter.rooms.get(roomOf(stream.id)) ?? [])].flatMap((id) => sockets.get(id) ?? []);
  }

  /** The journal is shorter than what was told: another database has been put in its place. */
  private startOver(stream: Stream): Promise<void> {
    return inTurn(stream, async () => {
      const last = (await lastSeqs([stream.id])).get(stream.id) ?? 0;
      if (last >= stream.cursor) return;
      stream.cursor = last;
      this.io.to(roomOf(stream.id)).emit("resync", { projectId: stream.id, seq: last });
    });
  }

  private hold(id: string, socketId: string): Stream {
    const stream = this.streams.get(id) ?? {
      id,
      cursor: -1,
      turn: Promise.resolve(),
      isAsked: false,
      holders: new Set(),
    };
    this.streams.set(id, stream);
    stream.holders.add(socketId);
    return stream;
  }

  private release(stream: Stream, socketId: string): void {
    stream.holders.delete(socketId);
    if (stream.holders.size === 0 && this.streams.get(stream.id) === stream) this.streams.delete(stream.id);
  }
}

export const roomOf = (streamId: string): string => `project ${streamId}`;

function inTurn<Result>(stream: Stream, work: () => Promise<Result>): Promise<Result> {
  const result = stream.turn.then(work);
  stream.turn = result.catch(() => {});
  return result;
}

/** The next poll looks again. */
function report(thrown: unknown): void {
  logger.debug({ err: thrown }, "a stream could not be read");
}

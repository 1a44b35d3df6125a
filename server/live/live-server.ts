import type { DefaultEventsMap, Server, Socket } from "socket.io";
import type { Caller } from "@/lib/actor.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { ClientToServerEvents, ServerToClientEvents } from "@/lib/live-protocol.ts";

export interface SocketData {
  caller: Caller;
  /** SHA-256 of the credential to look up again and again; null for the owner's token, which lives as long as the process. */
  credentialHash: string | null;
  /** Commands of a socket are carried out one after the other. */
  turn: Promise<void>;
  waiting: number;
  packets: number;
  /** When the transport last took what waited; on this process's monotonic clock. */
  drainedAtMs: number;
  /** Project streams it follows, each with the seq after which it hears everything there. */
  followedFrom: Map<string, number>;
}

export type LiveServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;

/** Sends an event under its own type name, to a socket or a room. */
export function tell(target: unknown, event: JournalEvent): void {
  (target as { emit(name: string, event: JournalEvent): unknown }).emit(event.type, event);
}

type Connection = LiveSocket["conn"];
interface Packet {
  data?: string | Buffer;
}

/** Packets that wait for a slow reader, not yet given to the transport. */
const waiting = (connection: Connection): Packet[] => (connection as unknown as { writeBuffer: Packet[] }).writeBuffer;

interface WebSocketOfServer {
  bufferedAmount: number;
  terminate(): void;
}

/** None while a client polls. */
const webSocketOf = ({ transport }: Connection): WebSocketOfServer | undefined =>
  (transport as unknown as { socket?: WebSocketOfServer }).socket;

/** What a packet costs beside its text. */
const packetBytes = 200;

/** What a slow reader keeps in memory, roughly: what waits for the transport and what the kernel has not taken. */
export function backlogBytes({ conn }: LiveSocket): number {
  const packets = waiting(conn).reduce((sum, { data }) => sum + packetBytes + (data?.length ?? 0), 0);
  return packets + (webSocketOf(conn)?.bufferedAmount ?? 0);
}

export const backlogPackets = ({ conn }: LiveSocket): number => waiting(conn).length;

/** Resolves when the reader has taken all but the last batch, or is gone. Whoever sends much waits for it. */
export function readerCaughtUp({ conn }: LiveSocket): Promise<void> {
  if (conn.readyState !== "open" || waiting(conn).length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      conn.off("drain", done);
      conn.off("close", done);
      resolve();
    };
    conn.on("drain", done);
    conn.on("close", done);
  });
}

/** Ends a connection without a farewell, which would wait behind all that is not read. Its client comes back where it was. */
export function cutOff({ conn }: LiveSocket): void {
  const socket = webSocketOf(conn);
  if (socket === undefined) conn.close(true);
  else socket.terminate();
}

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

/** Packets that wait for a slow reader. */
export function backlog(connection: Connection): number {
  return (connection as unknown as { writeBuffer: unknown[] }).writeBuffer.length;
}

/** Resolves when the reader has taken all but the last batch, or is gone. Whoever sends much waits for it. */
export function readerCaughtUp({ conn }: LiveSocket): Promise<void> {
  if (conn.readyState !== "open" || backlog(conn) === 0) return Promise.resolve();
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

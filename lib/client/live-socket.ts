import type { Socket } from "socket.io-client";
import type { LiveWire, OnWire } from "@/lib/client/terminal-line.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { ClientToServerEvents, LogPart, ServerToClientEvents, SessionPulse } from "@/lib/live-protocol.ts";

/**
 * The tab's one socket. Whoever follows a project tells where it stands; after a lost connection everything is asked
 * for again from the last event seen, so that there is no gap.
 */
export interface Connection {
  state: "live" | "reconnecting" | "offline";
  /** When the connection was lost, in ms; null while it is live. What is on screen is from then. */
  since: number | null;
}

export interface Follower {
  projectId: string | null;
  /** The last event seen. */
  after: number;
  onEvent: (event: JournalEvent) => void;
  /** Too much was missed: read everything anew. */
  onResync: () => void;
  /** What its agents do at the moment. */
  onLive?: (sessions: readonly SessionPulse[]) => void;
}

export interface LogWatcher {
  sessionId: string;
  /** The byte offset from which on output is wanted. */
  after: () => number;
  onPart: (part: LogPart) => void;
}

export interface Live {
  connection: () => Connection;
  onConnection: (reader: () => void) => () => void;
  follow: (follower: Follower) => () => void;
  watchLog: (watcher: LogWatcher) => () => void;
  /** For what speaks with the server itself, such as a terminal. */
  onWire: OnWire;
  retry: () => void;
}

export function createLive(): Live & { start: () => () => void } {
  const followers = new Set<Follower>();
  const watchers = new Set<LogWatcher>();
  const readers = new Set<() => void>();
  const wireReaders = new Set<(wire: LiveWire | null) => void>();
  let connection: Connection = { state: "live", since: null };
  let socket: Socket<ServerToClientEvents, ClientToServerEvents> | undefined;

  const tell = (state: Connection["state"]) => {
    if (state === connection.state) return;
    connection = { state, since: state === "live" ? null : (connection.since ?? Date.now()) };
    for (const reader of readers) reader();
  };
  const tellWire = () => {
    for (const reader of wireReaders) reader(socket?.connected ? socket : null);
  };
  const lost = () => tell(navigator.onLine ? "reconnecting" : "offline");

  /** A server on this machine answers whatever the window says of the network: the socket alone knows. */
  const onOffline = () => !socket?.connected && lost();
  /** At once: between its attempts the socket would wait, and `connect` alone does not cut that short. */
  const retry = () => !socket?.connected && socket?.disconnect().connect();

  const subscribe = ({ projectId, after }: Follower) => {
    if (socket?.connected) socket.emit("subscribe", projectId ? { projectId, after } : {});
  };
  const watch = ({ sessionId, after }: LogWatcher) => {
    if (socket?.connected) socket.emit("watchLog", { sessionId, after: after() });
  };

  const onLog = (part: LogPart) => {
    for (const watcher of watchers) if (watcher.sessionId === part.sessionId) watcher.onPart(part);
  };
  const onResync = ({ projectId, seq }: { projectId: string; seq: number }) => {
    for (const follower of followers) {
      if (follower.projectId !== projectId) continue;
      follower.after = seq;
      follower.onResync();
    }
  };
  const onLive = ({ projectId, sessions }: { projectId: string; sessions: SessionPulse[] }) => {
    for (const follower of followers) if (follower.projectId === projectId) follower.onLive?.(sessions);
  };
  const onAny = (_: string, event: unknown) => {
    if (isJournalEvent(event)) for (const follower of followers) deliver(follower, event);
  };

  async function connect(isWanted: () => boolean) {
    const { io } = await import("socket.io-client");
    if (!isWanted()) return;
    socket = io({
      withCredentials: true,
      transports: ["websocket", "polling"],
      reconnectionDelay: 250,
      reconnectionDelayMax: 5000,
    });
    socket.on("connect", () => {
      tell("live");
      for (const follower of followers) subscribe(follower);
      for (const watcher of watchers) watch(watcher);
      tellWire();
    });
    socket.on("disconnect", lost);
    socket.on("disconnect", tellWire);
    socket.on("connect_error", lost);
    socket.on("log", onLog);
    socket.on("resync", onResync);
    socket.on("live", onLive);
    socket.onAny(onAny);
  }

  return {
    connection: () => connection,
    onConnection: (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    follow: (follower) => {
      followers.add(follower);
      subscribe(follower);
      return () => {
        followers.delete(follower);
        const { projectId } = follower;
        const isFollowed = [...followers].some((other) => other.projectId === projectId);
        if (!isFollowed) socket?.emit("unsubscribe", { projectId });
      };
    },
    watchLog: (watcher) => {
      watchers.add(watcher);
      watch(watcher);
      return () => {
        watchers.delete(watcher);
        const isWatched = [...watchers].some((other) => other.sessionId === watcher.sessionId);
        if (!isWatched) socket?.emit("unwatchLog", { sessionId: watcher.sessionId });
      };
    },
    onWire: (reader) => {
      wireReaders.add(reader);
      if (socket?.connected) reader(socket);
      return () => wireReaders.delete(reader);
    },
    retry,
    start: () => {
      let isWanted = true;
      void connect(() => isWanted);
      window.addEventListener("offline", onOffline);
      window.addEventListener("online", retry);
      return () => {
        isWanted = false;
        window.removeEventListener("offline", onOffline);
        window.removeEventListener("online", retry);
        socket?.disconnect();
        socket = undefined;
      };
    },
  };
}

function isJournalEvent(value: unknown): value is JournalEvent {
  return typeof value === "object" && value !== null && "seq" in value && "type" in value;
}

/** Each event once per project, in order; what was seen before a reconnect is passed over. */
export function deliver(follower: Follower, event: JournalEvent): void {
  if (follower.projectId !== null) {
    if (event.projectId !== follower.projectId || event.seq <= follower.after) return;
    follower.after = event.seq;
  }
  follower.onEvent(event);
}

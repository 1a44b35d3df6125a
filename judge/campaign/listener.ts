import { io } from "socket.io-client";
import type { JournalEvent } from "../../lib/events.ts";
import type { Random } from "../random.ts";
import { type Heard, reached } from "./heard.ts";

/** A socket client that keeps what it received of one project. */
export interface Listener {
  name: string;
  projectId: string;
  heard: Heard[];
  connects: number;
  close(): void;
}

interface ListenerOptions {
  name: string;
  server: { url: string; token: string };
  projectId: string;
  /** Cuts its own connection now and then. */
  unsteady: Random | null;
}

/** Comes back after every loss and asks for what followed the last event it has seen. */
export function startListener({ name, server, projectId, unsteady }: ListenerOptions): Listener {
  const socket = io(server.url, {
    auth: { token: server.token },
    transports: ["websocket"],
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
    forceNew: true,
  });
  let timer: NodeJS.Timeout | undefined;
  const listener: Listener = {
    name,
    projectId,
    heard: [{ from: 0, events: [] }],
    connects: 0,
    close: () => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
  // Asked for a second time while it connects it would be connected twice.
  const connect = () => {
    if (!socket.active) socket.connect();
  };
  const subscribe = () => {
    socket
      .timeout(5000)
      .emit(
        "subscribe",
        { projectId, after: reached(listener.heard.at(-1)!) },
        (error: Error | null, answer?: { ok: boolean }) => {
          if ((error || !answer?.ok) && socket.connected) socket.disconnect();
          connect();
        },
      );
  };
  socket.on("connect", () => {
    listener.connects += 1;
    subscribe();
  });
  // A server that cuts a connection itself expects to be called again. What was not sent must not be sent by the next connection.
  socket.on("disconnect", (reason) => {
    socket.sendBuffer = [];
    if (reason === "io server disconnect") setTimeout(connect, 100);
  });
  socket.on("connect_error", () => {
    setTimeout(connect, 200);
  });
  socket.on("resync", ({ seq }: { seq: number }) => {
    listener.heard.push({ from: seq, events: [] });
  });
  socket.onAny((type: string, event: JournalEvent) => {
    if (type !== "resync" && type !== "log" && event.projectId === projectId) listener.heard.at(-1)!.events.push(event);
  });
  const leaveNowAndThen = (random: Random) => {
    timer = setTimeout(
      () => {
        socket.disconnect();
        setTimeout(connect, random.between(0, 600));
        leaveNowAndThen(random);
      },
      random.between(200, 3000),
    );
  };
  if (unsteady) leaveNowAndThen(unsteady);
  return listener;
}

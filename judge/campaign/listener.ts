import { io } from "socket.io-client";
import type { JournalEvent } from "../../lib/events.ts";
import type { Random } from "./random.ts";

/** A socket client that keeps what it received of one project. */
export interface Listener {
  name: string;
  projectId: string;
  /** In the order of their arrival. */
  events: JournalEvent[];
  resyncs: number;
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
    events: [],
    resyncs: 0,
    connects: 0,
    close: () => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.disconnect();
    },
  };
  const subscribe = () => {
    socket
      .timeout(5000)
      .emit(
        "subscribe",
        { projectId, after: listener.events.at(-1)?.seq ?? 0 },
        (error: Error | null, answer?: { ok: boolean }) => {
          if ((error || !answer?.ok) && socket.connected) socket.disconnect().connect();
        },
      );
  };
  socket.on("connect", () => {
    listener.connects += 1;
    subscribe();
  });
  // A server that cuts a connection itself expects to be called again.
  socket.on("disconnect", (reason) => {
    if (reason === "io server disconnect") setTimeout(() => socket.connect(), 100);
  });
  socket.on("connect_error", () => {
    if (!socket.active) setTimeout(() => socket.connect(), 200);
  });
  socket.on("resync", () => {
    listener.resyncs += 1;
  });
  socket.onAny((type: string, event: JournalEvent) => {
    if (type !== "resync" && type !== "log" && event.projectId === projectId) listener.events.push(event);
  });
  const leaveNowAndThen = (random: Random) => {
    timer = setTimeout(
      () => {
        socket.disconnect();
        setTimeout(() => socket.connect(), random.between(0, 600));
        leaveNowAndThen(random);
      },
      random.between(200, 3000),
    );
  };
  if (unsteady) leaveNowAndThen(unsteady);
  return listener;
}

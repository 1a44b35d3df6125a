import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { DomainError } from "@/lib/errors.ts";

export interface Drain {
  isStopping(): boolean;
  /** Counts a request until its end. While stopping it throws UNAVAILABLE: readiness and all. */
  count(request: IncomingMessage, response: ServerResponse): void;
  stop(graceMs: number): Promise<void>;
}

/**
 * The end of a server: new requests hear that it stops, running ones finish, and only then the port is given up. Idle
 * connections and sockets that do not answer are cut, so nothing waits for them.
 */
export function createDrain(http: Server, closeSockets: () => Promise<void>): Drain {
  const running = new Set<ServerResponse>();
  // Node forgets connections that were upgraded, and yet waits for them.
  const connections = new Set<Socket>();
  http.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  let stopped: Promise<void> | null = null;
  let onIdle = () => {};

  const end = async (graceMs: number) => {
    await closeSockets();
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
      if (running.size === 0) resolve();
    });
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([idle, patience]);
    clearTimeout(timer);
    const closed = new Promise<void>((resolve) => {
      http.close(() => resolve());
    });
    for (const socket of connections) socket.destroy();
    await closed;
  };

  return {
    isStopping: () => stopped !== null,
    count(_request, response) {
      if (stopped !== null) {
        response.setHeader("Connection", "close");
        throw new DomainError("UNAVAILABLE", "Runboard is stopping.");
      }
      running.add(response);
      response.once("close", () => {
        running.delete(response);
        if (running.size === 0) onIdle();
      });
    },
    stop(graceMs) {
      stopped ??= end(graceMs);
      return stopped;
    },
  };
}

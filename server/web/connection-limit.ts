import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionLimit {
  /** Its connection stays until it is answered. */
  note(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * At most `max` connections at once, whoever holds them. One more takes the place of the one on which nobody has asked anything for
 * the longest time: a simple limit would let whoever opens as many, and is silent, keep everybody else out.
 */
export function createConnectionLimit(http: Server, max: number): ConnectionLimit {
  const open = new Set<Socket>();
  /** Longest first. */
  const silent = new Set<Socket>();
  const forget = (socket: Socket) => {
    open.delete(socket);
    silent.delete(socket);
  };
  http.on("connection", (socket: Socket) => {
    open.add(socket);
    silent.add(socket);
    socket.once("close", () => forget(socket));
    const [longest] = silent;
    if (open.size <= max || longest === undefined) return;
    forget(longest);
    longest.destroy();
  });
  return {
    note: ({ socket }, response) => {
      silent.delete(socket);
      response.once("close", () => open.has(socket) && silent.add(socket));
    },
  };
}

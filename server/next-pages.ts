import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import next from "next";
import { env } from "@/lib/env.ts";

/** The repository: this file lies in server/, its bundle in .build/. */
const dir = fileURLToPath(new URL("..", import.meta.url));

export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Next, reachable only through the guard. Requests that come before it is prepared wait. */
export function preparePages(port: number, hostname: string): Pages & { ready: Promise<void> } {
  const dev = env.NODE_ENV === "development";
  // Next adds a listener of its own for upgrades to the server it is used in, past our guard. It gets one that never listens.
  const decoy = new Server();
  const app = next({ dev, dir, hostname, port, httpServer: decoy });
  const ready = app.prepare();
  ready.catch(() => {});
  const handle = app.getRequestHandler();
  return {
    ready,
    handle: async (request, response) => {
      await ready;
      await handle(request, response);
    },
    handleUpgrade: (request, socket, head) => {
      decoy.emit("upgrade", request, socket, head);
    },
  };
}

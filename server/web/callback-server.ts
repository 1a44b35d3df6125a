import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerOptions } from "node:http";
import { dirname } from "node:path";
import type { Duplex } from "node:stream";
import { DomainError } from "@/lib/errors.ts";
import { answerRaw } from "./answers.ts";
import { createConnectionLimit } from "./connection-limit.ts";

export interface CallbackServer {
  listen(socket: string): Promise<void>;
  close(): Promise<void>;
}

/** Reports are short: whoever has not sent one by then does not mean to. */
const patience: ServerOptions = { requestTimeout: 30_000, connectionsCheckingInterval: 5_000 };

/**
 * The door of confined sessions: a Unix socket in a directory of its own, which is all of Runboard that they are shown. Nothing is
 * upgraded here, and nobody is told why a request could not be read.
 */
export function createCallbackServer(
  options: ServerOptions,
  answer: RequestListener,
  connectionsMax = 1000,
): CallbackServer {
  const http = createServer({ ...options, ...patience });
  const connections = createConnectionLimit(http, connectionsMax);
  const onRequest: RequestListener = (request, response) => {
    connections.note(request, response);
    answer(request, response);
  };
  http.on("request", onRequest);
  const refuse = (_: IncomingMessage, socket: Duplex) => {
    socket.on("error", () => {});
    answerRaw(socket, 401, new DomainError("UNAUTHENTICATED", "Only sessions report here.").body);
  };
  http.on("checkExpectation", onRequest);
  http.on("upgrade", refuse);
  http.on("connect", refuse);
  http.on("clientError", (_, socket) => socket.destroy());
  return {
    listen: async (socket) => {
      const directory = dirname(socket);
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      chmodSync(directory, 0o700);
      rmSync(socket, { force: true });
      await new Promise<void>((resolve, reject) => {
        http.once("error", reject);
        http.listen(socket, resolve);
      });
      chmodSync(socket, 0o600);
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

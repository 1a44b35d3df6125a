import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { Server as Engine } from "engine.io";
import { Server } from "socket.io";
import { env } from "@/lib/env.ts";
import { DomainError } from "@/lib/errors.ts";
import { lastSeqs } from "@/lib/journal.ts";
import { logger } from "@/lib/log.ts";
import { listen as listenToDatabase } from "./listen.ts";
import { boundBacklogs, watchDrain } from "./live/backlogs.ts";
import { type Rooms, takeCommands } from "./live/commands.ts";
import { authenticateSocket, endRevokedSockets } from "./live/credentials.ts";
import { backlogBytes, type LiveServer, type LiveSocket } from "./live/live-server.ts";
import { LiveSessions } from "./live/live-sessions.ts";
import { LogWatches } from "./live/log-watches.ts";
import { allLastSeqs, Overview } from "./live/overview.ts";
import { Streams } from "./live/streams.ts";
import { Terminals } from "./live/terminals.ts";
import { answerRaw } from "./web/answers.ts";
import { isWebSocketHandshake } from "./web/web-socket.ts";

const socketsMax = 5000;
const revocationMs = 1000;

export interface Gateway {
  /** Polling, after the guard. */
  handleRequest(request: IncomingMessage, response: ServerResponse): void;
  /** An upgrade, after the guard. `headers` go into its answer. Throws what is no WebSocket handshake. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, upgrade: Upgrade): void;
  /** What waits for slow readers, in bytes. */
  backlogBytes(): number;
  /** Cuts every connection so that its client connects again elsewhere. */
  close(): Promise<void>;
}

interface Upgrade {
  head: Buffer;
  headers: Record<string, string>;
}

export interface GatewayOptions {
  pollMs?: number;
  listen?: typeof listenToDatabase;
}

/** Pushes the journal and the logs to sockets. What it sends it reads from the database; hints only say when to look. */
export function createGateway({
  pollMs = env.RUNBOARD_POLL_MS,
  listen = listenToDatabase,
}: GatewayOptions = {}): Gateway {
  const engine = createEngine();
  const io: LiveServer = new Server({ serveClient: false, connectTimeout: 5000 });
  io.bind(engine);
  const rooms: Rooms = {
    streams: new Streams(io),
    overview: new Overview(io),
    logs: new LogWatches(),
    terminals: new Terminals(),
  };
  const sessions = new LiveSessions(io, () => rooms.streams.ids());
  io.use((socket, next) => void authenticateSocket(socket, next));
  io.on("connection", (socket) => welcome(socket, rooms));
  const upgrades = answerUpgrades(engine);
  const listening = listen(["runboard_event", "runboard_log", "runboard_live"], (channel, payload) => {
    if (channel === "runboard_log") rooms.logs.hint(payload);
    else if (channel === "runboard_live") sessions.hint(payload);
    else if (payload === "") void look(rooms);
    else for (const follower of [rooms.streams, rooms.overview]) follower.hint(payload);
  });
  const clocks = [
    repeat(pollMs, io, () => {
      sessions.poll();
      return look(rooms);
    }),
    repeat(revocationMs, io, async () => {
      boundBacklogs(io.sockets.sockets.values());
      await endRevokedSockets(io);
    }),
  ];
  return {
    handleRequest(request, response) {
      refuseOverload(engine, request);
      engine.handleRequest(request as Parameters<typeof engine.handleRequest>[0], response);
    },
    handleUpgrade(request, socket, { head, headers }) {
      if (!isWebSocketHandshake(request)) throw new DomainError("MALFORMED_BODY", "That is no WebSocket handshake.");
      refuseOverload(engine, request);
      upgrades.set(request, headers);
      engine.handleUpgrade(request as Parameters<typeof engine.handleUpgrade>[0], socket, head);
    },
    backlogBytes: () => [...io.sockets.sockets.values()].reduce((sum, socket) => sum + backlogBytes(socket), 0),
    async close() {
      for (const clock of clocks) clearInterval(clock);
      sessions.stop();
      engine.close();
      await listening.close();
    },
  };
}

function createEngine(): Engine {
  return new Engine({
    maxHttpBufferSize: 64 * 1024,
    perMessageDeflate: false,
    httpCompression: false,
    allowEIO3: false,
    transports: ["polling", "websocket"],
  });
}

function welcome(socket: LiveSocket, rooms: Rooms): void {
  takeCommands(socket, rooms);
  watchDrain(socket);
  socket.on("disconnect", () => {
    rooms.streams.leaveAll(socket);
    rooms.overview.restIfEmpty();
    rooms.logs.stop(socket);
    rooms.terminals.close(socket);
  });
}

/** Compares with the journal whatever somebody follows; asks nothing when nobody does. */
async function look({ streams, overview, logs }: Rooms): Promise<void> {
  try {
    const ids = streams.ids();
    const seqs = overview.isWatched() ? await allLastSeqs() : ids.length > 0 ? await lastSeqs(ids) : null;
    if (seqs !== null) {
      streams.compare(seqs);
      overview.compare(seqs);
    }
    if (!logs.isEmpty()) await logs.poll();
  } catch (thrown) {
    logger.debug({ err: thrown }, "the journal could not be read");
  }
}

/** Rests while nobody is connected; never two at once. */
function repeat(everyMs: number, io: LiveServer, work: () => Promise<void>): NodeJS.Timeout {
  let isBusy = false;
  return setInterval(() => {
    if (isBusy || io.sockets.sockets.size === 0) return;
    isBusy = true;
    work()
      .catch((thrown) => logger.debug({ err: thrown }, "the database does not answer"))
      .finally(() => {
        isBusy = false;
      });
  }, everyMs).unref();
}

function refuseOverload(engine: Engine, request: IncomingMessage): void {
  if (engine.clientsCount < socketsMax || request.url?.includes("sid=")) return;
  throw new DomainError("RESOURCE_EXHAUSTED", `This server holds ${socketsMax} sockets already.`);
}

/** Puts our headers into the answers to upgrades, which are not written by our server. */
function answerUpgrades(engine: Engine): WeakMap<IncomingMessage, Record<string, string>> {
  const upgrades = new WeakMap<IncomingMessage, Record<string, string>>();
  engine.on("headers", (headers: Record<string, string>, request: IncomingMessage) => {
    Object.assign(headers, upgrades.get(request));
  });
  engine.on("connection_error", ({ req, message }: { req: IncomingMessage; message: string }) => {
    if (upgrades.has(req)) answerRaw(req.socket, 400, new DomainError("MALFORMED_BODY", message).body);
  });
  return upgrades;
}

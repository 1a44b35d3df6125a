import { z } from "zod";
import { db } from "@/lib/db.ts";
import { DomainError, toDomainError } from "@/lib/errors.ts";
import { logger } from "@/lib/log.ts";
import { findProject } from "@/lib/project/find.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import { inputMax, sizeFields } from "@/lib/terminal/frames.ts";
import type { LiveSocket } from "./live-server.ts";
import type { LogWatches } from "./log-watches.ts";
import type { Overview } from "./overview.ts";
import { roomOf, type Streams } from "./streams.ts";
import type { Terminals } from "./terminals.ts";

export interface Rooms {
  streams: Streams;
  overview: Overview;
  logs: LogWatches;
  terminals: Terminals;
}

const waitingMax = 100;
const roomsMax = 200;
const watchesMax = 16;
const packetsPerSecond = 200;

const offset = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const inputs = {
  subscribe: z.strictObject({ projectId: z.string().min(1).max(100).nullish(), after: offset.nullish() }),
  unsubscribe: z.strictObject({ projectId: z.string().min(1).max(100).nullish() }),
  watchLog: z.strictObject({ sessionId: z.uuid(), after: offset.default(0) }),
  unwatchLog: z.strictObject({ sessionId: z.uuid() }),
  openTerminal: z.strictObject({ sessionId: z.uuid(), ...sizeFields }),
  terminalInput: z.strictObject({ sessionId: z.uuid(), data: z.string().max(inputMax) }),
  terminalResize: z.strictObject({ sessionId: z.uuid(), ...sizeFields }),
  takeTerminal: z.strictObject({ sessionId: z.uuid() }),
  releaseTerminal: z.strictObject({ sessionId: z.uuid() }),
  closeTerminal: z.strictObject({ sessionId: z.uuid() }),
};
type Command = keyof typeof inputs;
type Inputs = { [Name in Command]: z.infer<(typeof inputs)[Name]> };
type Handlers = { [Name in Command]: (socket: LiveSocket, input: Inputs[Name], rooms: Rooms) => Promise<object> };

const handlers: Handlers = {
  async subscribe(socket, { projectId, after }, { streams, overview }) {
    if (projectId == null) return { projectId: null, seq: await overview.join(socket) };
    const { id } = await findProject(db(), projectId);
    // Again from another place: it leaves first, so that nothing arrives twice.
    if (socket.rooms.has(roomOf(id))) streams.leave(socket, id);
    if (socket.rooms.size > roomsMax) throw new DomainError("RESOURCE_EXHAUSTED", `At most ${roomsMax} subscriptions.`);
    return { projectId: id, seq: await streams.join(socket, id, after ?? null) };
  },
  async unsubscribe(socket, { projectId }, { streams, overview }) {
    if (projectId == null) overview.leave(socket);
    else streams.leave(socket, (await findProject(db(), projectId)).id);
    return {};
  },
  async watchLog(socket, { sessionId, after }, { logs }) {
    if (logs.countOf(socket, sessionId) >= watchesMax)
      throw new DomainError("RESOURCE_EXHAUSTED", `At most ${watchesMax} logs.`);
    // Refuses a session that does not exist.
    await readLogs(db(), { sessionId, after: Number.MAX_SAFE_INTEGER, waitSeconds: 0 });
    if (socket.connected) logs.start(socket, sessionId, after);
    return { sessionId, offset: after };
  },
  async unwatchLog(socket, { sessionId }, { logs }) {
    logs.stop(socket, sessionId);
    return {};
  },
  async openTerminal(socket, { sessionId, ...size }, { terminals }) {
    await terminals.open(socket, sessionId, size);
    return { sessionId };
  },
  async terminalInput(socket, { sessionId, data }, { terminals }) {
    terminals.tell(socket, sessionId, { type: "input", data });
    return {};
  },
  async terminalResize(socket, { sessionId, ...size }, { terminals }) {
    terminals.tell(socket, sessionId, { type: "resize", ...size });
    return {};
  },
  async takeTerminal(socket, { sessionId }, { terminals }) {
    terminals.tell(socket, sessionId, { type: "take" });
    return {};
  },
  async releaseTerminal(socket, { sessionId }, { terminals }) {
    terminals.tell(socket, sessionId, { type: "release" });
    return {};
  },
  async closeTerminal(socket, { sessionId }, { terminals }) {
    terminals.close(socket, sessionId);
    return {};
  },
};

/** Lets a socket give commands: known ones, one after the other, not too many. Everything is answered through its ack. */
export function takeCommands(socket: LiveSocket, rooms: Rooms): void {
  const perSecond = setInterval(() => {
    socket.data.packets = 0;
  }, 1000).unref();
  socket.on("disconnect", () => clearInterval(perSecond));
  // Every event goes through here and none further, so an unknown one is answered too.
  socket.use(([name, ...parts]) => {
    socket.data.packets += 1;
    if (socket.data.packets > packetsPerSecond) socket.disconnect(true);
    else enqueue(socket, { name, input: parts[0], ack: parts.at(-1) }, rooms);
  });
}

interface Packet {
  name: string;
  input: unknown;
  ack: unknown;
}

function enqueue(socket: LiveSocket, packet: Packet, rooms: Rooms): void {
  const { data } = socket;
  if (data.waiting >= waitingMax) {
    answer(packet, refusal(new DomainError("RESOURCE_EXHAUSTED", "Too many commands wait. Wait for their answers.")));
    return;
  }
  data.waiting += 1;
  data.turn = data.turn.then(async () => {
    const result = await carryOut(socket, packet, rooms);
    data.waiting -= 1;
    answer(packet, result);
  });
}

async function carryOut(socket: LiveSocket, { name, input }: Packet, rooms: Rooms): Promise<object> {
  try {
    if (!Object.hasOwn(inputs, name)) throw new DomainError("NOT_FOUND", "There is no such command.");
    const command = name as Command;
    const parsed = inputs[command].safeParse(typeof input === "function" ? {} : (input ?? {}));
    if (!parsed.success) throw new DomainError("VALIDATION_FAILED", z.prettifyError(parsed.error));
    const handle = handlers[command] as (socket: LiveSocket, input: unknown, rooms: Rooms) => Promise<object>;
    return { ok: true, ...(await handle(socket, parsed.data, rooms)) };
  } catch (thrown) {
    const error = toDomainError(thrown);
    if (error.code === "INTERNAL") logger.error({ err: thrown }, "a socket's command failed");
    return refusal(error);
  }
}

const refusal = ({ code, message }: DomainError) => ({ ok: false, code, message });

function answer({ ack }: Packet, result: object): void {
  if (typeof ack === "function") ack(result);
}

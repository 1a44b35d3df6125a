import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { inputMax, type TerminalFrame, type ViewerFrame, viewerFrameSchema } from "@/lib/terminal/frames.ts";
import { redeemTicket } from "@/lib/terminal/ticket.ts";
import { readLines } from "../../line-reader.ts";
import { terminalAddress } from "../../terminal-address.ts";
import type { Services } from "../services.ts";
import { TerminalRoom, type Viewer } from "./terminal-room.ts";

export interface TerminalServer {
  close(): Promise<void>;
}

const viewersMax = 64;
const firstWordMs = 5_000;
/** A frame of input may be six times as long as JSON. */
const lineMax = 8 * inputMax;

type Refusal = Extract<TerminalFrame, { type: "refused" }>;
const refuse = (code: Refusal["code"], message: string): Refusal => ({ type: "refused", code, message });

/**
 * Shows the terminals of this orchestrator's sessions to the web processes of its host. One connection a viewer, let in by a ticket
 * that is good once; the rooms are those of sessions that are held here.
 */
export async function startTerminalServer(
  services: Pick<Services, "worker" | "spawner" | "held">,
): Promise<TerminalServer> {
  const rooms = new Map<string, TerminalRoom>();
  const sockets = new Set<Socket>();

  const roomOf = (sessionId: string): TerminalRoom | null => {
    const session = services.held.get(sessionId);
    if (session?.plan.sessionType !== "interactive") return null;
    const room = rooms.get(sessionId) ?? new TerminalRoom(services.spawner, session.directory);
    rooms.set(sessionId, room);
    return room;
  };

  /** Null: nobody comes in, and the caller has been told why. */
  const welcome = async (
    frame: Extract<ViewerFrame, { type: "open" }>,
    viewer: Viewer,
  ): Promise<TerminalRoom | null> => {
    const ticket = await redeemTicket(db(), frame.ticket);
    if (ticket === null) return tell(viewer, refuse("FORBIDDEN", "That ticket is not good, or no longer."));
    if (sockets.size > viewersMax)
      return tell(viewer, refuse("RESOURCE_EXHAUSTED", `At most ${viewersMax} look at terminals here.`));
    const room = roomOf(ticket.sessionId);
    if (room === null)
      return tell(viewer, refuse("UNAVAILABLE", "The session is not in the hands of this orchestrator."));
    viewer.name = ticket.viewer.name;
    const isIn = await room.join(viewer).catch((thrown: unknown) => {
      logger.warn({ err: thrown }, "a terminal cannot be shown");
      room.leave(viewer);
      return false;
    });
    if (isIn) return room;
    if (room.isEmpty) rooms.delete(ticket.sessionId);
    return tell(viewer, refuse("UNAVAILABLE", "The terminal does not answer."));
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    let room: TerminalRoom | null = null;
    /** Settles when the viewer is in. It hears that it is a little before, and what it says then waits for this. */
    let entry: Promise<void> | null = null;
    const viewer: Viewer = {
      name: "",
      size: { columns: 80, rows: 24 },
      send: (frame) => socket.destroyed || socket.write(`${JSON.stringify(frame)}\n`),
      close: () => socket.end(),
    };
    const silent = setTimeout(() => socket.destroy(), firstWordMs);
    const open = async (frame: Extract<ViewerFrame, { type: "open" }>) => {
      clearTimeout(silent);
      viewer.size = { columns: frame.columns, rows: frame.rows };
      room = await welcome(frame, viewer);
      if (room === null) socket.end();
      else if (socket.destroyed) room.leave(viewer);
    };
    readLines(socket, lineMax, (line) => {
      const frame = parse(line);
      if (frame === null) socket.destroy();
      else if (frame.type !== "open") void entry?.then(() => room && obey(room, viewer, frame));
      else
        entry ??= open(frame).catch((thrown: unknown) => {
          logger.debug({ err: thrown }, "a viewer of a terminal could not be let in");
          socket.destroy();
        });
    });
    socket.on("drain", () => room?.resume(viewer));
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(silent);
      sockets.delete(socket);
      room?.leave(viewer);
      for (const [id, one] of rooms) if (one.isEmpty) rooms.delete(id);
    });
  });

  mkdirSync(home.terminals, { recursive: true, mode: 0o700 });
  await removeStale();
  await listen(server, terminalAddress(services.worker.id));
  return {
    close: () =>
      new Promise((resolve) => {
        for (const room of rooms.values()) room.close();
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Without a door terminals are not shown, and everything else goes on: a home may lie too deep for a socket. */
function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve) => {
    server.once("error", (thrown) => {
      logger.error({ err: thrown, address }, "terminals cannot be shown in the browser");
      resolve();
    });
    server.listen(address, resolve);
  });
}

function obey(room: TerminalRoom, viewer: Viewer, frame: Exclude<ViewerFrame, { type: "open" }>): void {
  if (frame.type === "input") room.input(viewer, frame.data);
  else if (frame.type === "resize") room.resize(viewer, { columns: frame.columns, rows: frame.rows });
  else
    room[frame.type](viewer).catch((thrown: unknown) => {
      logger.warn({ err: thrown }, "a terminal could not be taken over");
      viewer.close();
    });
}

function tell(viewer: Viewer, refusal: Refusal): null {
  viewer.send(refusal);
  return null;
}

function parse(line: string): ViewerFrame | null {
  try {
    const parsed = viewerFrameSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Sockets of orchestrators that were killed: nobody listens there any more. */
async function removeStale(): Promise<void> {
  for (const name of readdirSync(home.terminals)) {
    const path = join(home.terminals, name);
    if (!(await isListened(path))) rmSync(path, { force: true });
  }
}

function isListened(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}

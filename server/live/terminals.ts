import { readFileSync } from "node:fs";
import { connect, type Socket as NetSocket } from "node:net";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { DomainError } from "@/lib/errors.ts";
import { attachSession } from "@/lib/session/session.ts";
import { type TerminalFrame, type TerminalSize, terminalFrameSchema, type ViewerFrame } from "@/lib/terminal/frames.ts";
import { issueTicket } from "@/lib/terminal/ticket.ts";
import { readLines } from "../line-reader.ts";
import { terminalAddress } from "../terminal-address.ts";
import { type LiveSocket, readerCaughtUp } from "./live-server.ts";

/** One viewer's line to the orchestrator that has the terminal. */
interface Line {
  socket: LiveSocket;
  sessionId: string;
  pipe: NetSocket;
}

const linesMax = 4;
const openMs = 8_000;
const lineMax = 16 * 1024 * 1024;

/**
 * Leads viewers to terminals: the terminal's process and its pseudo-terminals are the orchestrator's, and all that is here is a
 * pipe. It is read at the viewer's pace, so that who does not read is waited for where tmux drops what it missed.
 */
export class Terminals {
  private readonly lines = new Set<Line>();

  /** Resolves when the viewer is let in. A second time for the same session takes the place of the first. */
  async open(socket: LiveSocket, sessionId: string, size: TerminalSize): Promise<void> {
    this.close(socket, sessionId);
    if (this.linesOf(socket).length >= linesMax)
      throw new DomainError("RESOURCE_EXHAUSTED", `At most ${linesMax} terminals.`);
    const pipe = await dial(await addressOf(sessionId));
    const line: Line = { socket, sessionId, pipe };
    this.lines.add(line);
    if (!socket.connected) this.end(line);
    const ticket = await issueTicket(db(), sessionId, socket.data.caller.actor);
    await new Promise<void>((resolve, reject) => {
      this.follow(line, { resolve, reject });
      say(line, { type: "open", ticket, ...size });
    });
  }

  tell(socket: LiveSocket, sessionId: string, frame: ViewerFrame): void {
    const line = this.linesOf(socket).find((one) => one.sessionId === sessionId);
    if (line === undefined)
      throw new DomainError("ILLEGAL_TRANSITION", "That terminal is not open here.", { found: "closed" });
    say(line, frame);
  }

  /** Without a session: all of the socket's. */
  close(socket: LiveSocket, sessionId?: string): void {
    for (const line of this.linesOf(socket))
      if (sessionId === undefined || line.sessionId === sessionId) this.end(line);
  }

  private linesOf(socket: LiveSocket): Line[] {
    return [...this.lines].filter((line) => line.socket === socket);
  }

  private end(line: Line): void {
    this.lines.delete(line);
    line.pipe.destroy();
  }

  private follow(line: Line, opening: { resolve: () => void; reject: (error: DomainError) => void }): void {
    const { pipe, socket, sessionId } = line;
    const late = setTimeout(() => pipe.destroy(), openMs);
    let isIn = false;
    let hasEnded = false;
    readLines(pipe, lineMax, (text) => {
      const frame = parse(text);
      if (frame === null) pipe.destroy();
      else if (frame.type === "refused") opening.reject(new DomainError(frame.code, frame.message));
      else if (frame.type === "ended") hasEnded = true;
      else if (frame.type === "opened") {
        isIn = true;
        clearTimeout(late);
        opening.resolve();
      } else show(line, frame);
    });
    pipe.on("error", () => {});
    pipe.on("close", () => {
      clearTimeout(late);
      if (!isIn) opening.reject(away());
      if (!this.lines.delete(line) || !isIn) return;
      void isStillLive(sessionId).then((isLive) =>
        socket.emit("terminalClosed", { sessionId, mayReopen: isLive && !hasEnded }),
      );
    });
  }
}

/** Null: an orchestrator of another version. */
function parse(text: string): TerminalFrame | null {
  try {
    return terminalFrameSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function show(line: Line, frame: Exclude<TerminalFrame, { type: "opened" | "refused" | "ended" }>): void {
  const { socket, sessionId, pipe } = line;
  if (frame.type === "clear") socket.emit("terminalClear", { sessionId });
  if (frame.type === "state") {
    const { type: _, ...state } = frame;
    socket.emit("terminalState", { sessionId, ...state });
  }
  if (frame.type !== "output") return;
  socket.emit("terminalOutput", { sessionId, data: frame.data });
  pipe.pause();
  void readerCaughtUp(socket).then(() => pipe.resume());
}

function say({ pipe }: Line, frame: ViewerFrame): void {
  // Whoever types faster than it is taken is a program; it is waited for nowhere and ends.
  if (pipe.writableLength > lineMax) pipe.destroy();
  else pipe.write(`${JSON.stringify(frame)}\n`);
}

const away = () =>
  new DomainError("UNAVAILABLE", "The orchestrator that has the terminal does not answer. It is tried again.");

/** Refuses what has no terminal, and what is on another host. */
async function addressOf(sessionId: string): Promise<string> {
  const { hostId } = await attachSession(db(), sessionId);
  const session = await db().session.findUniqueOrThrow({ where: { id: sessionId }, select: { workerId: true } });
  if (hostId !== ownHostId())
    throw new DomainError(
      "FORBIDDEN",
      "The terminal is on another machine than this server, and terminals are shown on their own machine only. Attach there: session.attach names the command.",
      { hostId },
    );
  return terminalAddress(session.workerId);
}

/** Null where no orchestrator has ever run on this home. */
function ownHostId(): string | null {
  try {
    return readFileSync(home.hostId, "utf8").trim();
  } catch {
    return null;
  }
}

function dial(address: string): Promise<NetSocket> {
  return new Promise((resolve, reject) => {
    const pipe = connect(address);
    pipe.once("connect", () => resolve(pipe));
    pipe.once("error", () => reject(away()));
  });
}

/** While the session lives, a terminal that was open can be opened again. */
async function isStillLive(sessionId: string): Promise<boolean> {
  const where = { id: sessionId, status: { in: ["STARTING", "RUNNING"] } };
  // With the database away nothing is known: it is tried again.
  return db()
    .session.count({ where })
    .then((count) => count > 0)
    .catch(() => true);
}

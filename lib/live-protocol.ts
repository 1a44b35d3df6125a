import type { ErrorCode } from "@/lib/errors.ts";
import type { EventType, JournalEventOf } from "@/lib/events.ts";
import type { TerminalSize, TerminalState } from "@/lib/terminal/frames.ts";

/** What the two ends of a socket say to each other. Types only, so browsers may import it. */

export interface LiveRefusal {
  ok: false;
  code: ErrorCode;
  message: string;
}
export type LiveAnswer<Facts extends object> = ({ ok: true } & Facts) | LiveRefusal;
export type LiveAck<Facts extends object> = (answer: LiveAnswer<Facts>) => void;

export interface SubscribeInput {
  /** Id or key. Without it: the overview, which tells of all projects and of the configuration, live only. */
  projectId?: string | null;
  /** The last seq the caller has seen: later events are replayed before live ones follow. Without it: live only. */
  after?: number | null;
}
/** `seq`: everything up to it has been sent or was there before; what follows is live. */
export interface Subscribed {
  projectId: string | null;
  seq: number;
}

export interface WatchLogInput {
  sessionId: string;
  /** Byte offset to read from; 0 is the beginning. */
  after?: number;
}
/** A part of a session's output. Offsets count bytes of the whole output. */
export interface LogPart {
  sessionId: string;
  offset: number;
  text: string;
  /** Watch again with after = this. */
  nextOffset: number;
  /** The session has ended and this was the last part; the watch is over. Such a part may have no text. */
  isComplete: boolean;
}

/** What a session of an agent does at the moment. */
export interface SessionPulse {
  projectId: string;
  taskId: string;
  sessionId: string;
  liveLine: string | null;
  costUsd: number | null;
}

/** The terminal of an interactive session, as all its viewers see it. */
export interface TerminalView extends TerminalState {
  sessionId: string;
}
export interface TerminalClosed {
  sessionId: string;
  /** The session lives: its orchestrator was restarted, or somebody detached the viewer. False: it has ended. */
  mayReopen: boolean;
}
type OfTerminal<Facts = object> = { sessionId: string } & Facts;

export interface ClientToServerEvents {
  subscribe: (input: SubscribeInput, ack?: LiveAck<Subscribed>) => void;
  unsubscribe: (input: { projectId?: string | null }, ack?: LiveAck<object>) => void;
  watchLog: (input: WatchLogInput, ack?: LiveAck<{ sessionId: string; offset: number }>) => void;
  unwatchLog: (input: { sessionId: string }, ack?: LiveAck<object>) => void;
  /** Look at a terminal; `columns` and `rows` are what fits here. Only who has taken it over types, and decides its size. */
  openTerminal: (input: OfTerminal<TerminalSize>, ack?: LiveAck<{ sessionId: string }>) => void;
  terminalInput: (input: OfTerminal<{ data: string }>, ack?: LiveAck<object>) => void;
  terminalResize: (input: OfTerminal<TerminalSize>, ack?: LiveAck<object>) => void;
  takeTerminal: (input: OfTerminal, ack?: LiveAck<object>) => void;
  releaseTerminal: (input: OfTerminal, ack?: LiveAck<object>) => void;
  closeTerminal: (input: OfTerminal, ack?: LiveAck<object>) => void;
}

type EventListeners = { [Type in EventType]: (event: JournalEventOf<Type>) => void };

export interface ServerToClientEvents extends EventListeners {
  /** `after` was too old or unknown: load everything again. Events after `seq` follow. */
  resync: (from: { projectId: string; seq: number }) => void;
  log: (part: LogPart) => void;
  /** No event: only the newest counts, and what is missed is not sent again. Of the sessions named, what is new; to who follows the project. */
  live: (now: { projectId: string; sessions: SessionPulse[] }) => void;
  terminalOutput: (part: OfTerminal<{ data: string }>) => void;
  terminalState: (state: TerminalView) => void;
  /** What follows begins on an empty screen. */
  terminalClear: (which: OfTerminal) => void;
  terminalClosed: (closed: TerminalClosed) => void;
}

/** The `data` of a `connect_error`. */
export interface ConnectRefusal {
  code: ErrorCode;
  message: string;
  details: Record<string, unknown>;
}

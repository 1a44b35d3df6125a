import type { Socket } from "socket.io-client";
import type { ClientToServerEvents, LiveAnswer, ServerToClientEvents, TerminalView } from "@/lib/live-protocol.ts";
import type { TerminalSize } from "@/lib/terminal/frames.ts";

/** The tab's socket, connected. */
export type LiveWire = Pick<Socket<ServerToClientEvents, ClientToServerEvents>, "emit" | "on" | "off">;

/** Calls back with the socket each time it is connected, and with null when it is not any more. */
export type OnWire = (reader: (wire: LiveWire | null) => void) => () => void;

/**
 *     opening ──► open ──► reconnecting (the way there broke) ──► open …
 *        │          └─► ended (the session is over)
 *        └─► refused (it will not be shown, and the message says why)
 */
export type TerminalPhase = "opening" | "open" | "reconnecting" | "ended" | "refused";

export interface TerminalStatus {
  phase: TerminalPhase;
  /** Of a refusal, in words. */
  message: string | null;
  view: TerminalView | null;
}

interface LineOptions {
  sessionId: string;
  /** What fits here. */
  size: () => TerminalSize;
  onOutput: (data: string) => void;
  onClear: () => void;
}

export interface TerminalLine {
  status: () => TerminalStatus;
  onStatus: (reader: () => void) => () => void;
  type: (data: string) => void;
  fit: () => void;
  take: () => void;
  release: () => void;
  close: () => void;
}

const retryMs = 1000;
/** So long after it is open again it takes over again: a server may need as long to see that whoever typed is gone. */
const returnMs = 60_000;
/** What is sent at once; the server takes a little more. */
const partLength = 8192;

/** One look at a terminal. It opens again by itself after whatever came between, and takes over again where it had and nobody has since. */
export function openTerminalLine(onWire: OnWire, options: LineOptions): TerminalLine {
  const { sessionId } = options;
  const readers = new Set<() => void>();
  let status: TerminalStatus = { phase: "opening", message: null, view: null };
  let wire: LiveWire | null = null;
  let wantsToType = false;
  /** It typed when the way broke, and until then does again unless somebody else does. The time begins when it is open again, however long that took. */
  let returnsUntil = 0;
  /** As others see it while it types. */
  let ownName: string | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tell = (next: Partial<TerminalStatus>) => {
    status = { ...status, ...next };
    for (const reader of readers) reader();
  };
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(open, retryMs);
  };
  const open = () => {
    if (wire === null) return;
    const asked = wire;
    returnsUntil = wantsToType ? Number.POSITIVE_INFINITY : 0;
    asked.emit("openTerminal", { sessionId, ...options.size() }, (answer: LiveAnswer<object>) => {
      if (asked !== wire) return;
      if (answer.ok) tell({ phase: "open", message: null });
      else if (answer.code === "UNAVAILABLE" || answer.code === "RESOURCE_EXHAUSTED" || answer.code === "INTERNAL") {
        if (status.phase !== "opening") tell({ phase: "reconnecting", message: null });
        else tell({ message: answer.message });
        again();
      } else if (answer.code === "ILLEGAL_TRANSITION") tell({ phase: "ended", message: answer.message });
      else tell({ phase: "refused", message: answer.message });
    });
  };

  const takeAgain = () => {
    if (!wantsToType || Date.now() > returnsUntil) return;
    wire?.emit("takeTerminal", { sessionId }, ({ ok }: LiveAnswer<object>) => {
      if (!ok) setTimeout(takeAgain, retryMs);
    });
  };

  const onOutput: ServerToClientEvents["terminalOutput"] = (part) => {
    if (part.sessionId === sessionId) options.onOutput(part.data);
  };
  const onClear: ServerToClientEvents["terminalClear"] = (which) => {
    if (which.sessionId === sessionId) options.onClear();
  };
  const onState: ServerToClientEvents["terminalState"] = (view) => {
    if (view.sessionId !== sessionId) return;
    returnsUntil = Math.min(returnsUntil, Date.now() + returnMs);
    if (view.canType) {
      ownName = view.typist;
      returnsUntil = 0;
    } else if (view.typist === null) takeAgain();
    // Somebody else took it: that was meant. Its own place of before may be left for a while.
    else if (view.typist !== ownName || Date.now() > returnsUntil) wantsToType = false;
    tell({ view });
  };
  const onClosed: ServerToClientEvents["terminalClosed"] = (closed) => {
    if (closed.sessionId !== sessionId) return;
    if (!closed.mayReopen) return tell({ phase: "ended", message: null, view: null });
    tell({ phase: "reconnecting", view: null });
    again();
  };
  const unplug = () => {
    clearTimeout(timer);
    wire?.off("terminalOutput", onOutput).off("terminalClear", onClear);
    wire?.off("terminalState", onState).off("terminalClosed", onClosed);
  };
  const stop = onWire((next) => {
    unplug();
    wire = next;
    if (next === null) {
      if (status.phase === "open") tell({ phase: "reconnecting", view: null });
      return;
    }
    next.on("terminalOutput", onOutput).on("terminalClear", onClear);
    next.on("terminalState", onState).on("terminalClosed", onClosed);
    if (status.phase !== "ended" && status.phase !== "refused") open();
  });

  return {
    status: () => status,
    onStatus: (reader) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    type: (data) => {
      for (let at = 0; at < data.length; at += partLength)
        wire?.emit("terminalInput", { sessionId, data: data.slice(at, at + partLength) });
    },
    fit: () => {
      if (status.phase === "open") wire?.emit("terminalResize", { sessionId, ...options.size() });
    },
    take: () => {
      wantsToType = true;
      wire?.emit("takeTerminal", { sessionId });
    },
    release: () => {
      wantsToType = false;
      wire?.emit("releaseTerminal", { sessionId });
    },
    close: () => {
      wire?.emit("closeTerminal", { sessionId });
      unplug();
      stop();
    },
  };
}

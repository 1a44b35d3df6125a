import { useTheme } from "next-themes";
import { type RefObject, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { createScreen, type TerminalScreen } from "@/components/terminal/create-screen.ts";
import { useLive } from "@/lib/client/live.tsx";
import { openTerminalLine, type TerminalLine, type TerminalStatus } from "@/lib/client/terminal-line.ts";

interface TerminalOptions {
  box: RefObject<HTMLElement | null>;
  sessionId: string;
  label: string;
  isRead: boolean;
  onLeave: () => void;
}

interface OpenTerminal {
  status: TerminalStatus;
  screen: TerminalScreen | null;
  line: TerminalLine | null;
}

const opening: TerminalStatus = { phase: "opening", message: null, view: null };
const fitMs = 150;

/** Draws a session's terminal in a box and keeps the two in step. */
export function useTerminal({ box, sessionId, label, isRead, onLeave }: TerminalOptions): OpenTerminal {
  const { onWire } = useLive();
  const { resolvedTheme } = useTheme();
  const [open, setOpen] = useState<{ screen: TerminalScreen; line: TerminalLine } | null>(null);
  const leave = useRef(onLeave);
  const startsRead = useRef(isRead);
  useEffect(() => {
    leave.current = onLeave;
  });

  useEffect(() => {
    if (box.current === null) return;
    const screen = createScreen({
      box: box.current,
      label,
      isRead: startsRead.current,
      onData: (data) => line.type(data),
      onLeave: () => leave.current(),
    });
    const line = openTerminalLine(onWire, {
      sessionId,
      size: screen.fitting,
      onOutput: screen.write,
      onClear: screen.clear,
    });
    const stopFollowing = line.onStatus(() => {
      const { view, phase } = line.status();
      if (view) screen.resize(view);
      screen.setTyping(phase === "open" && view?.canType ? "yes" : "no");
    });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const resizes = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(line.fit, fitMs);
    });
    resizes.observe(box.current);
    setOpen({ screen, line });
    return () => {
      clearTimeout(timer);
      resizes.disconnect();
      stopFollowing();
      line.close();
      screen.dispose();
      setOpen(null);
    };
  }, [box, onWire, sessionId, label]);

  useEffect(() => {
    if (resolvedTheme === undefined) return;
    // The class that carries the theme is set after this.
    const frame = requestAnimationFrame(() => open?.screen.follow());
    return () => cancelAnimationFrame(frame);
  }, [open, resolvedTheme]);
  useEffect(() => open?.screen.setRead(isRead), [open, isRead]);

  const status = useSyncExternalStore(
    open?.line.onStatus ?? never,
    open?.line.status ?? (() => opening),
    () => opening,
  );
  return { status, screen: open?.screen ?? null, line: open?.line ?? null };
}

const never = () => () => {};

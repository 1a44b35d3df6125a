"use client";

import "@xterm/xterm/css/xterm.css";
import { useRef } from "react";
import { useScreenReaderChoice } from "@/components/terminal/screen-reader-choice.ts";
import { TerminalBanner } from "@/components/terminal/terminal-banner.tsx";
import { TerminalFind } from "@/components/terminal/terminal-find.tsx";
import { useTerminal } from "@/components/terminal/use-terminal.ts";

interface TerminalViewProps {
  sessionId: string;
  /** The accessible name, such as `Terminal of DEMO-12`. */
  label: string;
}

/** A session's terminal: watched by all, typed into by the one who took it over. */
export function TerminalView({ sessionId, label }: TerminalViewProps) {
  const box = useRef<HTMLDivElement>(null);
  const control = useRef<HTMLButtonElement>(null);
  const [isRead, setRead] = useScreenReaderChoice();
  const { status, screen, line } = useTerminal({
    ...{ box, sessionId, label, isRead },
    onLeave: () => control.current?.focus(),
  });
  const take = () => {
    line?.take();
    screen?.focus();
  };
  return (
    <section
      aria-label={label}
      className="flex min-h-0 flex-1 flex-col overflow-hidden rounded-lg border border-border bg-log"
    >
      <TerminalBanner
        {...{ status, control, isRead }}
        onTake={take}
        onRelease={() => line?.release()}
        onRead={setRead}
      />
      {/* A terminal wider or higher than the box is one of somebody else's size: it is scrolled in. */}
      <div className="min-h-0 flex-1 overflow-auto p-2">
        <div ref={box} data-terminal className="h-full min-h-40 w-full font-mono" />
      </div>
      <TerminalFind onFind={(text, way) => screen?.find(text, way) ?? false} />
    </section>
  );
}

import type { TerminalStatus } from "@/lib/client/terminal-line.ts";

/** What stands above a terminal: whether it is shown, and whether one may type. */
export function terminalWords({ phase, message, view }: TerminalStatus): string {
  if (phase === "ended") return "The terminal has ended.";
  if (phase === "refused") return message ?? "The terminal cannot be shown.";
  if (phase === "opening") return message === null ? "Opening the terminal." : `Waiting for the terminal. ${message}`;
  if (phase === "reconnecting" || view === null) return "Connection lost. It is opened again by itself.";
  if (view.canType) return "Interactive: you are typing.";
  const others = view.typist === null ? "Nobody is typing from a browser." : `${view.typist} is typing elsewhere.`;
  return `Read only. ${others}`;
}

/** How many look at it, when it is not one alone. */
export function viewerWords({ view }: TerminalStatus): string | null {
  return view === null || view.viewers < 2 ? null : `${view.viewers} viewers`;
}

import type { TerminalSize } from "@/lib/terminal/frames.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import { clientEnvironment, tmuxOr } from "./attach.ts";

export interface Screen {
  size: TerminalSize;
  /** The lines that have left the screen, with their colours, as text for a terminal. */
  history: string;
}

const historyLines = 2_000;

/** What a terminal shows beside its screen. Null: its server does not answer (not yet, or no longer). */
export async function readScreen(spawner: Spawner, directory: string): Promise<Screen | null> {
  const { stdout, exitCode } = await spawner.run({
    command: tmuxOr("tmux"),
    args: [
      ...["-u", "-S", "tty", "display-message", "-p", "-t", "terminal"],
      ...["#{window_width} #{window_height} #{history_size}", ";"],
      ...["capture-pane", "-p", "-e", "-t", "terminal", "-S", `-${historyLines}`, "-E", "-1"],
    ],
    cwd: sessionPaths(directory).terminal,
    env: clientEnvironment(),
    timeoutMs: 5_000,
  });
  const facts = /^(\d+) (\d+) (\d+)\n/.exec(stdout);
  if (exitCode !== 0 || facts === null) return null;
  const [line, columns, rows, historySize] = facts;
  return {
    size: { columns: Number(columns), rows: Number(rows) },
    // Without any, tmux answers with a line of the screen.
    history: historySize === "0" ? "" : stdout.slice(line.length).replaceAll("\n", "\r\n"),
  };
}

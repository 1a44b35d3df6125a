import { styleText } from "node:util";

/** What is written to: data to stdout, and everything said about it to stderr. */
export interface Terminal {
  /** stdout is a terminal: people look. */
  isInteractive: boolean;
  /** Questions may be asked. */
  mayAsk: boolean;
  /** Progress may be shown on one line that changes. */
  showsProgress: boolean;
  hasColor: boolean;
  /** The same for what is said on stderr. */
  saysInColor: boolean;
  /** How wide a table may be; null: no end, so nothing is cut where programs read. */
  columns: number | null;
  out(text: string): void;
  say(text: string): void;
}

export type Color = Parameters<typeof styleText>[0];

interface TerminalOptions {
  noColor?: boolean;
}

/** The process's own streams, with what NO_COLOR, TERM and COLUMNS say about them. */
export function openTerminal({ noColor = false }: TerminalOptions, environment = process.env): Terminal {
  const { stdout, stderr, stdin } = process;
  const isDumb = environment.TERM === "dumb";
  const mayColor = !isDumb && !noColor && !environment.NO_COLOR;
  return {
    isInteractive: stdout.isTTY === true,
    mayAsk: stdin.isTTY === true && stderr.isTTY === true,
    showsProgress: stderr.isTTY === true && !isDumb,
    hasColor: stdout.isTTY === true && mayColor,
    saysInColor: stderr.isTTY === true && mayColor,
    columns: stdout.isTTY === true ? Number(environment.COLUMNS) || stdout.columns || 80 : null,
    out: (text) => void stdout.write(text),
    say: (text) => void stderr.write(`${text}\n`),
  };
}

export function paint(terminal: Pick<Terminal, "hasColor">, color: Color, text: string): string {
  return terminal.hasColor ? styleText(color, text) : text;
}

import { type TerminalSize, terminalSizeSchema } from "@/lib/terminal/frames.ts";

/** The title tmux gives every client, so that each hears of the window's size, whoever changed it. As in terminal-wrapper. */
const title = /.\][02];Runboard (\d+)x(\d+)\D/gs;
const escapeCode = "\u001b";
const longest = 40;

/** Finds the last size in what a client is sent, also where it comes in parts. What a program prints cannot look like one. */
export function createSizeReader(): (data: string) => TerminalSize | null {
  let before = "";
  return (data) => {
    const text = before + data;
    const last = [...text.matchAll(title)].filter(([whole]) => whole.startsWith(escapeCode)).at(-1);
    const from = last === undefined ? 0 : last.index + last[0].length - 1;
    before = text.slice(Math.max(from, text.length - longest));
    if (last === undefined) return null;
    const size = { columns: Number(last[1]), rows: Number(last[2]) };
    return terminalSizeSchema.safeParse(size).success ? size : null;
  };
}

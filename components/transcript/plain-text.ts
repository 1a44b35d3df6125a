import { type LogLine, lineText } from "@/components/log/log-line.ts";
import { createAnsiParser } from "@/components/log/parse-ansi.ts";

/** What an agent or a tool wrote, as lines of which only text, colour and style have survived. */
export function styledLines(text: string): readonly LogLine[] {
  const parser = createAnsiParser();
  parser.feed(text.replace(/\r?\n$/, ""));
  return parser.lines;
}

/** The same without colour and style, in one line. */
export const plainLine = (text: string): string => styledLines(text).map(lineText).join(" ").trim();

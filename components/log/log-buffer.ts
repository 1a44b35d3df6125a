import { createFrameSignal } from "@/components/log/frame-signal.ts";
import { type LogLine, lineText } from "@/components/log/log-line.ts";
import type { LogSink } from "@/components/log/log-reader.ts";
import { createAnsiParser } from "@/components/log/parse-ansi.ts";
import type { Searchable } from "@/components/log/row-search.ts";

/** The lines of one log outside of React: grows in place and tells its readers at most once per frame. */
export interface LogBuffer extends LogSink, Searchable {
  clear(): void;
  line(index: number): LogLine;
  /** An empty last line is not counted. */
  count(): number;
  plainText(): string;
  subscribe(reader: () => void): () => void;
  version(): number;
}

export function createLogBuffer(): LogBuffer {
  const signal = createFrameSignal();
  let parser = createAnsiParser();

  const line = (index: number) => parser.lines[index] ?? { spans: [] };
  const count = () => parser.lines.length - (parser.lines.at(-1)!.spans.length === 0 ? 1 : 0);

  return {
    append(chunk) {
      parser.feed(chunk);
      signal.raise();
    },
    addNotice(text) {
      parser.addNotice(text);
      signal.raise();
    },
    clear() {
      parser = createAnsiParser();
      signal.raise();
    },
    line,
    count,
    textsAt: (index) => [lineText(line(index))],
    isOpenAt: (index) => index === parser.lines.length - 1,
    plainText: () => parser.lines.slice(0, count()).map(lineText).join("\n"),
    subscribe: signal.subscribe,
    version: signal.version,
  };
}

import { type LogLine, lineText } from "@/components/log/log-line.ts";
import { createAnsiParser } from "@/components/log/parse-ansi.ts";

/** The lines of one log outside of React: grows in place and tells its readers at most once per frame. */
export interface LogBuffer {
  append(chunk: string): void;
  /** A line of ours, such as `-- 240 lines were dropped by the server limit --`. */
  addNotice(text: string): void;
  clear(): void;
  line(index: number): LogLine;
  /** An empty last line is not counted. */
  count(): number;
  plainText(): string;
  subscribe(reader: () => void): () => void;
  version(): number;
}

export function createLogBuffer(): LogBuffer {
  const readers = new Set<() => void>();
  let parser = createAnsiParser();
  let version = 0;
  let isTelling = false;

  const count = () => parser.lines.length - (parser.lines.at(-1)!.spans.length === 0 ? 1 : 0);

  function change() {
    if (isTelling) return;
    isTelling = true;
    nextFrame(() => {
      isTelling = false;
      version++;
      for (const reader of readers) reader();
    });
  }

  return {
    append(chunk) {
      parser.feed(chunk);
      change();
    },
    addNotice(text) {
      parser.addNotice(text);
      change();
    },
    clear() {
      parser = createAnsiParser();
      change();
    },
    line: (index) => parser.lines[index] ?? { spans: [] },
    count,
    plainText: () => parser.lines.slice(0, count()).map(lineText).join("\n"),
    subscribe(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    version: () => version,
  };
}

const nextFrame = (work: () => void) =>
  typeof requestAnimationFrame === "function" && document.visibilityState === "visible"
    ? requestAnimationFrame(work)
    : setTimeout(work, 16);

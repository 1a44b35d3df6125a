import { type LogLine, type LogSpan, sliceSpans } from "@/components/log/log-line.ts";
import { changePen, plainPen } from "@/components/log/sgr.ts";

/**
 * Turns the output of programs into lines of styled spans, chunk by chunk. Only text, colour and style survive.
 * A style lasts over lines and chunks; a sequence may be cut anywhere. `\r` goes back to the start of the line, and
 * what follows overwrites it; "erase line" is obeyed, since progress lines rely on it. Titles, links, cursor moves,
 * bells and signs that turn the direction of text around are dropped.
 */
export interface AnsiParser {
  /** All lines so far; the last one is still open and may be empty. Grows in place. */
  readonly lines: LogLine[];
  feed(chunk: string): void;
  /** Puts a line of ours between the program's lines. */
  addNotice(text: string): void;
}

const longestSequence = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const special = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const csi = /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const openCsi = /(?:\u001b\[|\u009b)[0-?]*[ -/]*$/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const stringStart = /\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f]/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const stringEnd = /\u0007|\u001b\\|\u009c|(?=\n)/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const shortEscape = /\u001b[ -/]*[0-~]/y;

export function createAnsiParser(): AnsiParser {
  const lines: LogLine[] = [{ spans: [] }];
  let pen = plainPen;
  let column = 0;
  let width = 0;
  let held = "";

  const current = () => lines[lines.length - 1]!;

  function openLine() {
    lines.push({ spans: [] });
    column = 0;
    width = 0;
  }

  function write(text: string) {
    const line = current();
    if (column === width) append(line.spans, text);
    else {
      const before = sliceSpans(line.spans, 0, column);
      append(before, text);
      line.spans = [...before, ...sliceSpans(line.spans, column + text.length)];
    }
    column += text.length;
    width = Math.max(width, column);
  }

  function append(spans: LogSpan[], text: string) {
    const last = spans[spans.length - 1];
    if (last?.className === pen.className) last.text += text;
    else spans.push({ text, className: pen.className });
  }

  function eraseLine(mode: string) {
    if (mode === "1") return;
    if (mode === "2") column = 0;
    current().spans = sliceSpans(current().spans, 0, column);
    width = column;
  }

  /** Takes the special character at `at`; answers where to go on, or -1 when the sequence is not complete yet. */
  function take(text: string, at: number): number {
    const sign = text[at];
    if (sign === "\n") openLine();
    else if (sign === "\r") column = 0;
    else if (sign === "\b") column = Math.max(0, column - 1);
    else if (sign === "\u001b" || sign! >= "\u0080") return takeSequence(text, at);
    return at + 1;
  }

  function takeSequence(text: string, at: number): number {
    const control = matchAt(csi, text, at);
    if (control) {
      const [, parameters = "", final] = control;
      if (final === "m" && !/[<=>?]/.test(parameters)) pen = changePen(pen, parameters);
      else if (final === "K") eraseLine(parameters);
      return csi.lastIndex;
    }
    const isShort = text.length - at < longestSequence;
    if (isShort && matchAt(openCsi, text, at)) return -1;
    if (matchAt(stringStart, text, at)) {
      stringEnd.lastIndex = stringStart.lastIndex;
      if (stringEnd.exec(text)) return stringEnd.lastIndex;
      return isShort ? -1 : stringStart.lastIndex;
    }
    if (matchAt(shortEscape, text, at)) return shortEscape.lastIndex;
    return text[at] === "\u001b" && at === text.length - 1 ? -1 : at + 1;
  }

  return {
    lines,
    feed(chunk) {
      const text = held + chunk;
      held = "";
      for (let at = 0; at < text.length; ) {
        special.lastIndex = at;
        const end = special.exec(text)?.index ?? text.length;
        if (end > at) write(text.slice(at, end));
        if (end === text.length) return;
        at = take(text, end);
        if (at === -1) {
          held = text.slice(end);
          return;
        }
      }
    },
    addNotice(text) {
      if (width > 0) openLine();
      lines.splice(lines.length - 1, 0, { spans: [{ text, className: "" }], isNotice: true });
    },
  };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

export interface LogSpan {
  text: string;
  /** Class names from `styleClasses`; empty for plain text. */
  className: string;
}

export interface LogLine {
  spans: LogSpan[];
  /** A line of ours, not of the program: such as a gap in the log. */
  isNotice?: true;
}

export function lineText(line: LogLine): string {
  let text = "";
  for (const span of line.spans) text += span.text;
  return text;
}

/** The part of a line between two columns. */
export function sliceSpans(spans: readonly LogSpan[], from: number, to = Number.POSITIVE_INFINITY): LogSpan[] {
  const kept: LogSpan[] = [];
  let start = 0;
  for (const span of spans) {
    const text = span.text.slice(Math.max(0, from - start), Math.max(0, to - start));
    if (text) kept.push({ text, className: span.className });
    start += span.text.length;
  }
  return kept;
}

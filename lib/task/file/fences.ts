/**
 * Where in Markdown a line is code, and how text is put between our headings so that it comes out again as it was: a line that would
 * be read as a heading or as a fence that nobody closes gets a backslash, which Markdown shows as nothing.
 */
const opener = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/** The line that closes the fence of line `index`; null: it is no fence; Infinity: nobody closes it. */
export function closeOf(lines: readonly string[], index: number): number | null {
  const [, fence] = opener.exec(lines[index]!) ?? [];
  if (fence === undefined) return null;
  const close = new RegExp(`^ {0,3}\\${fence[0]}{${fence.length},}\\s*$`);
  for (let at = index + 1; at < lines.length; at++) if (close.test(lines[at]!)) return at;
  return Number.POSITIVE_INFINITY;
}

/** Each line with whether it is code, fences included. */
export function* walk(lines: readonly string[]): Generator<{ line: string; index: number; isCode: boolean }> {
  for (let index = 0; index < lines.length; index++) {
    const close = closeOf(lines, index);
    const last = close === null || close === Number.POSITIVE_INFINITY ? index : close;
    if (close === null) yield { line: lines[index]!, index, isCode: false };
    else for (let at = index; at <= last; at++) yield { line: lines[at]!, index: at, isCode: true };
    index = last;
  }
}

/** Whether a fence is opened that nobody closes: all that follows would be code. */
export function hasOpenFence(lines: readonly string[]): boolean {
  for (let index = 0; index < lines.length; index++) {
    const close = closeOf(lines, index);
    if (close === Number.POSITIVE_INFINITY) return true;
    index = close ?? index;
  }
  return false;
}

/** `isHeading` says which lines would be read as ours. */
export function escapeText(text: string, isHeading: (line: string, index: number) => boolean): string {
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    const close = closeOf(lines, index);
    const bare = line.replace(/^\\+/, "");
    const isSpecial = isHeading(bare, index) || (bare !== line && opener.test(bare));
    if (close === Number.POSITIVE_INFINITY || (close === null && isSpecial)) lines[index] = `\\${line}`;
    else if (close !== null) index = close;
  }
  return lines.join("\n");
}

/** What `escapeText` was given. */
export function unescapeText(text: string, isHeading: (line: string, index: number) => boolean): string {
  const lines = text.split("\n");
  for (const { line, index, isCode } of walk([...lines])) {
    const bare = line.replace(/^\\+/, "");
    if (!isCode && bare !== line && (isHeading(bare, index) || opener.test(bare))) lines[index] = line.slice(1);
  }
  return lines.join("\n");
}

/** A block of code that its content cannot end. */
export function fenced(content: string, language = ""): string {
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${content}\n${fence}`;
}

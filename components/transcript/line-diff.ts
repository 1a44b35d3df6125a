export interface DiffLine {
  /** Where it stands: in both, only before, only after. A gap stands for lines that are the same. */
  kind: "same" | "removed" | "added" | "gap";
  text: string;
}

/** Lines of context around a change. */
const context = 3;
/** Beyond this many comparisons the middle is shown as all removed, all added. */
const mostCells = 1_000_000;

/** The lines that differ, with those around them. `before` null: the file is new. */
export function diffLines(before: string | null, after: string): DiffLine[] {
  const [old, now] = [linesOf(before ?? ""), linesOf(after)];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return fold([
    ...now.slice(0, start).map(same),
    ...compare(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...now.slice(now.length - end).map(same),
  ]);
}

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

/** By the longest common subsequence. */
function compare(old: readonly string[], now: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  if (old.length * now.length > mostCells) return [...old.map(removed), ...now.map(added)];
  const width = now.length + 1;
  const common = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const at = i * width + j;
      common[at] = old[i] === now[j] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!);
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const at = i * width + j;
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ kind: "same", text: now[j]! });
      i++;
      j++;
    } else if (i < old.length && (j === now.length || common[at + width]! >= common[at + 1]!))
      lines.push(removed(old[i++]!));
    else lines.push(added(now[j++]!));
  }
  return lines;
}

/** Without what is far from any change. */
function fold(lines: readonly DiffLine[]): DiffLine[] {
  const isNear = new Uint8Array(lines.length);
  for (const [at, { kind }] of lines.entries()) {
    if (kind !== "same") isNear.fill(1, Math.max(0, at - context), at + context + 1);
  }
  const kept: DiffLine[] = [];
  let hidden = 0;
  const close = () => {
    if (hidden > 0)
      kept.push({ kind: "gap", text: hidden === 1 ? "1 line is the same" : `${hidden} lines are the same` });
    hidden = 0;
  };
  for (const [at, line] of lines.entries()) {
    if (isNear[at] === 0) hidden++;
    else {
      close();
      kept.push(line);
    }
  }
  close();
  return kept;
}

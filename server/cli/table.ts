import stringWidth from "string-width";
import { cleanLine } from "./clean-text.ts";
import { type Color, paint, type Terminal } from "./terminal.ts";

export interface Column<Row> {
  title: string;
  text(row: Row): string;
  color?(row: Row): Color | null;
  /** It is cut when the line is too long; the others stay whole. */
  isElastic?: true;
}

const gap = "  ";
const shortest = 8;

/** Rows under titles. On a terminal no line is longer than it is wide; what is cut ends with …. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], terminal: Terminal): string {
  const cells = rows.map((row) => columns.map((column) => cleanLine(column.text(row))));
  const used = columns.filter((_, at) => cells.some((line) => line[at] !== ""));
  const kept = columns.map((column) => used.includes(column));
  const lines = [columns.map(({ title }) => title), ...cells].map((line) => line.filter((_, at) => kept[at]));
  const widths = fittedWidths(used, naturalWidths(lines), terminal.columns);
  const [head = [], ...body] = lines;
  return [
    paint(terminal, "bold", line(head, widths)),
    ...body.map((cellsOf, at) =>
      line(cellsOf, widths, (text, column) => colored(used[column]!, rows[at]!, text, terminal)),
    ),
  ].join("\n");
}

const naturalWidths = (lines: string[][]): number[] =>
  (lines[0] ?? []).map((_, at) => Math.max(...lines.map((cells) => stringWidth(cells[at] ?? ""))));

/** Takes from the elastic columns, widest first, until the line fits. */
function fittedWidths(
  columns: readonly Column<never>[] | readonly { isElastic?: true }[],
  widths: number[],
  total: number | null,
) {
  if (total === null) return widths;
  const fitted = [...widths];
  let over = fitted.reduce((sum, width) => sum + width, gap.length * (fitted.length - 1)) - total;
  const elastic = columns.flatMap(({ isElastic }, at) => (isElastic ? [at] : []));
  while (over > 0) {
    const widest = elastic.reduce((best, at) => (fitted[at]! > (fitted[best] ?? 0) ? at : best), elastic[0] ?? -1);
    if (widest === -1 || fitted[widest]! <= shortest) break;
    fitted[widest]! -= 1;
    over -= 1;
  }
  return fitted;
}

function line(cells: string[], widths: number[], finish = (text: string, _column: number) => text): string {
  return cells
    .map((text, at) => {
      const fitted = shorten(text, widths[at]!);
      const padding = at === cells.length - 1 ? "" : " ".repeat(widths[at]! - stringWidth(fitted));
      return `${finish(fitted, at)}${padding}`;
    })
    .join(gap)
    .trimEnd();
}

function colored<Row>(column: Column<Row>, row: Row, text: string, terminal: Terminal): string {
  const color = column.color?.(row) ?? null;
  return color === null || text === "" ? text : paint(terminal, color, text);
}

const segments = new Intl.Segmenter();

/** Cut by what is seen, so that neither a wide character nor a joined one is taken apart. */
export function shorten(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = "";
  for (const { segment } of segments.segment(text)) {
    if (stringWidth(kept) + stringWidth(segment) > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

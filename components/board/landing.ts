import type { ColumnId } from "@/lib/client/columns.ts";

/** Among the other cards that a column shows, the place under the pointer. Only those near the view may be drawn. */
export function indexAt(column: ColumnId, taskId: string, y: number): number | null {
  const list = document.querySelector(`[data-column="${column}"] [data-list]`);
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const others = rows.filter((row) => row.dataset.row !== taskId);
  const last = others.at(-1);
  if (!last) return null;
  const below = others.find((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
  const at = below ? placeOf(below) : placeOf(last) + 1;
  const own = rows.find((row) => row.dataset.row === taskId);
  return own && placeOf(own) < at ? at - 1 : at;
}

const placeOf = (row: HTMLElement) => Number(row.dataset.index);

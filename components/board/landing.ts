import type { ColumnId } from "@/lib/client/columns.ts";

/** Among the other cards of a column, the place under the pointer. */
export function indexAt(column: ColumnId, taskId: string, y: number): number | null {
  const list = document.querySelector(`[data-column="${column}"] [data-list]`);
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].filter(
    (row) => row.dataset.row !== taskId,
  );
  if (rows.length === 0) return null;
  const below = rows.findIndex((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
  const first = Number(rows[0]?.dataset.index ?? 0);
  return first + (below === -1 ? rows.length : below);
}

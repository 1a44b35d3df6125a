"use client";

import { useQuery } from "@tanstack/react-query";
import { useBoard } from "@/components/board/board-provider.tsx";
import { Count } from "@/components/ui/count.tsx";
import { tabListStyles, tabStyles } from "@/components/ui/tab-styles.ts";
import type { Column, ColumnId } from "@/lib/client/columns.ts";
import { projectQuery } from "@/lib/client/queries.ts";

interface ColumnTabsProps {
  columns: readonly Column[];
  value: ColumnId;
  onChange: (id: ColumnId) => void;
}

/** The one that was chosen may have been hidden since; there is always one to look at. */
export const columnOnPhone = (chosen: ColumnId, shown: readonly Pick<Column, "id">[]): ColumnId =>
  shown.some(({ id }) => id === chosen) ? chosen : "approved";

/** On phones one column is shown; this chooses which. */
export function ColumnTabs({ columns, value, onChange }: ColumnTabsProps) {
  const { projectId } = useBoard();
  const { data: project } = useQuery(projectQuery(projectId));
  return (
    <nav aria-label="Columns" className={`${tabListStyles} shrink-0 px-2 sm:hidden`}>
      {columns.map(({ id, label, statuses }) => (
        <button
          key={id}
          type="button"
          aria-current={id === value ? "page" : undefined}
          onClick={() => onChange(id)}
          className={tabStyles}
        >
          {label}
          <Count value={statuses.reduce((sum, status) => sum + (project?.counts[status] ?? 0), 0)} />
        </button>
      ))}
    </nav>
  );
}

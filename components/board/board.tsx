"use client";

import { useRef, useState } from "react";
import { BoardOverlays } from "@/components/board/board-overlays.tsx";
import { useBoardState } from "@/components/board/board-provider.tsx";
import { Column } from "@/components/board/column.tsx";
import { ColumnTabs, columnOnPhone } from "@/components/board/column-tabs.tsx";
import { FirstRun } from "@/components/board/first-run.tsx";
import { useBoardKeys } from "@/components/board/use-board-keys.ts";
import { useFilter } from "@/components/board/use-filter.ts";
import { useKeptFocus } from "@/components/board/use-kept-focus.ts";
import { usePointerDrag } from "@/components/board/use-pointer-drag.ts";
import { useSearch } from "@/components/board/use-search.ts";
import { ErrorBoundary } from "@/components/error-boundary.tsx";
import { cn } from "@/components/ui/class-names.ts";
import { type ColumnId, columns } from "@/lib/client/columns.ts";

export function Board() {
  const { showsCancelled, filter } = useFilter();
  const { carry } = useBoardState();
  const [chosen, setChosen] = useState<ColumnId>("approved");
  const shown = columns.filter(({ id }) => id !== "cancelled" || showsCancelled);
  const phoneColumn = columnOnPhone(chosen, shown);
  const onKeyDown = useBoardKeys(shown.map(({ id }) => id));
  const area = useRef<HTMLDivElement>(null);
  useSearch(filter, showsCancelled);
  useKeptFocus(area);
  usePointerDrag(area);

  return (
    <>
      <div className="flex h-full min-h-0 flex-col">
        <FirstRun />
        <ColumnTabs columns={shown} value={phoneColumn} onChange={setChosen} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the cards inside, caught in one place */}
        <div
          ref={area}
          data-board
          onKeyDown={onKeyDown}
          data-carrying={carry ? true : undefined}
          className="flex min-h-0 flex-1 gap-3 overflow-x-auto p-2 sm:p-3"
        >
          {shown.map((column) => (
            <ErrorBoundary
              key={column.id}
              title={`Could not show ${column.label}`}
              className={cn("min-w-60 flex-1 overflow-y-auto", column.id !== phoneColumn && "max-sm:hidden")}
            >
              <Column column={column} className={column.id === phoneColumn ? "" : "max-sm:hidden"} />
            </ErrorBoundary>
          ))}
        </div>
      </div>
      <BoardOverlays />
    </>
  );
}

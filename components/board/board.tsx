"use client";

import { useRef, useState } from "react";
import { BoardOverlays } from "@/components/board/board-overlays.tsx";
import { useBoardState } from "@/components/board/board-provider.tsx";
import { Column } from "@/components/board/column.tsx";
import { ColumnTabs } from "@/components/board/column-tabs.tsx";
import { FirstRun } from "@/components/board/first-run.tsx";
import { useBoardKeys } from "@/components/board/use-board-keys.ts";
import { useFilter } from "@/components/board/use-filter.ts";
import { useKeptFocus } from "@/components/board/use-kept-focus.ts";
import { usePointerDrag } from "@/components/board/use-pointer-drag.ts";
import { useSearch } from "@/components/board/use-search.ts";
import { type ColumnId, columns } from "@/lib/client/columns.ts";

export function Board() {
  const { showsCancelled, filter } = useFilter();
  const { carry } = useBoardState();
  const [phoneColumn, setPhoneColumn] = useState<ColumnId>("approved");
  const shown = columns.filter(({ id }) => id !== "cancelled" || showsCancelled);
  const onKeyDown = useBoardKeys(shown.map(({ id }) => id));
  const area = useRef<HTMLDivElement>(null);
  useSearch(filter, showsCancelled);
  useKeptFocus(area);
  usePointerDrag(area);

  return (
    <>
      <div className="flex h-full min-h-0 flex-col">
        <FirstRun />
        <ColumnTabs columns={shown} value={phoneColumn} onChange={setPhoneColumn} />
        {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the cards inside, caught in one place */}
        <div
          ref={area}
          data-board
          onKeyDown={onKeyDown}
          data-carrying={carry ? true : undefined}
          className="flex min-h-0 flex-1 gap-3 overflow-x-auto p-2 sm:p-3"
        >
          {shown.map((column) => (
            <Column key={column.id} column={column} className={column.id === phoneColumn ? "" : "max-sm:hidden"} />
          ))}
        </div>
      </div>
      <BoardOverlays />
    </>
  );
}

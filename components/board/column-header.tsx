"use client";

import { ChevronsRightLeft, Plus } from "lucide-react";
import { useBoard } from "@/components/board/board-provider.tsx";
import { setCollapsed } from "@/components/board/collapsed.ts";
import { taskStates } from "@/components/state.ts";
import { Count } from "@/components/ui/count.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import type { Column } from "@/lib/client/columns.ts";

interface ColumnHeaderProps {
  column: Column;
  headingId: string;
  /** From the server, not from what is loaded. */
  total: number;
  /** How many the filter leaves; null without one. */
  matching: number | null;
}

const stateOf = (column: Column) => ({ ...taskStates[column.statuses[0]!], isSpinning: undefined });

export function ColumnHeader({ column, headingId, total, matching }: ColumnHeaderProps) {
  const { show } = useBoard();
  const status = column.id === "draft" ? "DRAFT" : column.id === "approved" ? "APPROVED" : null;
  return (
    <header className="group/header flex min-h-10 items-center gap-2 ps-3 pe-1.5">
      <StateIcon state={stateOf(column)} />
      <h2 id={headingId} className="min-w-0 truncate font-semibold text-sm">
        {column.label}
      </h2>
      {matching === null ? (
        <Count value={total} tone="raised" />
      ) : (
        <span className="shrink-0 text-muted text-xs tabular-nums">
          {matching} of {total}
        </span>
      )}
      <span className="ms-auto flex">
        <IconButton
          label={`Collapse ${column.label}`}
          size="sm"
          className="opacity-0 focus-visible:opacity-100 group-hover/header:opacity-100 max-sm:hidden pointer-coarse:opacity-100"
          onClick={() => setCollapsed(column.id, "collapsed")}
        >
          <ChevronsRightLeft aria-hidden />
        </IconButton>
        {status && (
          <IconButton label={`New task in ${column.label}`} size="sm" onClick={() => show({ kind: "new", status })}>
            <Plus aria-hidden />
          </IconButton>
        )}
      </span>
    </header>
  );
}

/** 40 px: the word, the count, and the way to open it. */
export function CollapsedColumn({ column, headingId, total }: Omit<ColumnHeaderProps, "matching">) {
  return (
    <button
      type="button"
      aria-expanded={false}
      title={`Open ${column.label}`}
      onClick={() => setCollapsed(column.id, "open")}
      className="flex h-full w-full flex-col items-center gap-2 rounded-lg py-3 -outline-offset-2 hover:bg-neutral-tint"
    >
      <StateIcon state={stateOf(column)} />
      <Count value={total} tone="raised" />
      <h2 id={headingId} className="font-semibold text-muted text-sm [writing-mode:vertical-rl]">
        {column.label}
      </h2>
    </button>
  );
}

import { Skeleton } from "@/components/ui/skeleton.tsx";
import type { ColumnId } from "@/lib/client/columns.ts";

const emptyTexts: Record<ColumnId, string> = {
  draft: "No drafts. A task is written here before it may run.",
  approved: "Nothing is approved. Approved tasks run once they are queued.",
  queued: "Nothing waits. Queued tasks start as soon as a slot is free.",
  running: "Nothing is running.",
  review: "Nothing in Review. Finished work lands here for you to check.",
  completed: "Nothing is completed yet.",
  stopped: "Nothing has failed or stalled.",
  cancelled: "Nothing was cancelled.",
};

interface ColumnEmptyProps {
  columnId: ColumnId;
  isLoading: boolean;
  isFiltered: boolean;
}

/** What a column is for, while nothing is in it. */
export function ColumnEmpty({ columnId, isLoading, isFiltered }: ColumnEmptyProps) {
  if (!isLoading) {
    return <p className="px-3 py-4 text-muted text-xs">{isFiltered ? "No tasks match." : emptyTexts[columnId]}</p>;
  }
  return (
    <div className="flex flex-col gap-2 p-1">
      <Skeleton className="h-24 rounded-lg! bg-surface!" />
      <Skeleton className="h-24 rounded-lg! bg-surface!" />
    </div>
  );
}

import type { ReactNode } from "react";
import type { Task } from "@/lib/task/schema.ts";

/** What a column's list is given, whichever way it draws. */
export interface ColumnListProps {
  columnId: string;
  tasks: readonly Task[];
  /** Stays drawn while out of view: it is in the hand. */
  keptId: string | undefined;
  /** Where a line shows the landing place. */
  lineAt: number | null;
  hasMore: boolean;
  /** More could not be loaded: it is asked for again when a person says so. */
  hasFailed: boolean;
  onMore: () => void;
  renderCard: (task: Task) => ReactNode;
}

/** The next page is asked for this many rows ahead. */
const aheadRows = 20;

/** Whether the rows that are drawn come near the end. A page that failed is not asked for by itself: that would never stop. */
export function isMoreWanted(
  { hasMore, hasFailed }: Pick<ColumnListProps, "hasMore" | "hasFailed">,
  drawn: { last: number; count: number },
): boolean {
  return hasMore && !hasFailed && drawn.last >= drawn.count - aheadRows;
}

export const listStyles = "min-h-0 flex-1 overflow-y-auto overscroll-contain p-1 [scroll-padding:8px]";
export const landingLine = <span aria-hidden className="-mt-[5px] mb-[3px] block h-0.5 rounded-full bg-accent" />;

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
  onNearEnd: () => void;
  renderCard: (task: Task) => ReactNode;
}

export const listStyles = "min-h-0 flex-1 overflow-y-auto overscroll-contain p-1 [scroll-padding:8px]";
export const landingLine = <span aria-hidden className="-mt-[5px] mb-[3px] block h-0.5 rounded-full bg-accent" />;

import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";

/** What makes a row's head reachable: one of all rows is in the tab order, arrows go on from there. */
export interface HeadProps {
  "data-row": number;
  tabIndex: number;
  onFocus: () => void;
}

interface FoldProps {
  head: HeadProps;
  icon: ReactNode;
  title: ReactNode;
  /** At the end of the line: a duration, a time. */
  meta?: ReactNode;
  isOpen: boolean;
  onToggle: () => void;
  className?: string;
  children: ReactNode;
}

/** A row of one line that shows the rest when asked. */
export function Fold({ head, icon, title, meta, isOpen, onToggle, className, children }: FoldProps) {
  return (
    <>
      <button
        type="button"
        {...head}
        aria-expanded={isOpen}
        onClick={onToggle}
        className={cn(
          "flex min-h-8 w-full items-center gap-2 rounded-md px-2 text-start text-sm -outline-offset-2 hover:bg-sunken [&>svg]:size-4 [&>svg]:shrink-0",
          className,
        )}
      >
        {icon}
        <span className="min-w-0 flex-1 truncate">{title}</span>
        {meta && <span className="shrink-0 text-subtle text-xs tabular-nums">{meta}</span>}
        <ChevronRight aria-hidden className={cn("text-subtle rtl:rotate-180", isOpen && "rotate-90!")} />
      </button>
      {isOpen && <div className="flex flex-col gap-2 ps-8 pe-2 pt-1 pb-2">{children}</div>}
    </>
  );
}

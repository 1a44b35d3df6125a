import { type ReactNode, useId } from "react";
import { Count } from "@/components/ui/count.tsx";

interface QueueSectionProps {
  title: string;
  count?: number;
  /** Controls at the end of the heading's line. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of the page, with a heading of its own. */
export function QueueSection({ title, count, actions, children }: QueueSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-2">
      <div className="flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1.5">
        <h2 id={id} className="flex items-center gap-2 text-lg">
          {title}
          {count !== undefined && <Count value={count} />}
        </h2>
        {actions && <div className="ms-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

/** The frame of a list of rows. */
export const rowsStyles = "rounded-lg border border-border bg-surface";
export const rowStyles =
  "flex flex-wrap items-center gap-x-4 gap-y-1.5 border-border border-b px-3 py-2 last:border-b-0";

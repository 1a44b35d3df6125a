import { type ReactNode, useId } from "react";

interface TaskSectionProps {
  title: string;
  /** Small buttons at the end of the heading's line. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of the overview, with a heading of its own. */
export function TaskSection({ title, actions, children }: TaskSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex min-w-0 flex-col gap-2">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <h3 id={id} className="font-medium text-muted text-sm">
          {title}
        </h3>
        {actions && <div className="flex items-center gap-1">{actions}</div>}
      </div>
      {children}
    </section>
  );
}

import type { ReactNode } from "react";

interface HeaderBarProps {
  /** The page's only h1. */
  title: ReactNode;
  /** `TabLinks` for the views. */
  tabs?: ReactNode;
  /** Filter and display controls; may shrink. */
  tools?: ReactNode;
  /** Buttons at the end; never hidden. */
  actions?: ReactNode;
}

/** Title, views, tools, actions in one line; on narrow windows it wraps instead of scrolling sideways. */
export function HeaderBar({ title, tabs, tools, actions }: HeaderBarProps) {
  return (
    <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-1.5">
      <h1 className="min-w-0 max-w-full truncate font-semibold text-base">{title}</h1>
      {tabs}
      {tools && <div className="flex min-w-0 grow basis-52 items-center gap-2">{tools}</div>}
      {actions && <div className="ms-auto flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

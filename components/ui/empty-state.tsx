import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";

interface EmptyStateProps {
  icon?: ReactNode;
  /** One sentence on what is (not) here. */
  title: ReactNode;
  /** What this place is for. */
  description?: ReactNode;
  /** One main action, then a second one; the shortcut belongs on the button. */
  actions?: ReactNode;
  /** For columns and other narrow places. */
  isCompact?: boolean;
  className?: string;
}

export function EmptyState({ icon, title, description, actions, isCompact = false, className }: EmptyStateProps) {
  return (
    <div
      className={cn(
        "mx-auto flex max-w-md flex-col items-center text-balance text-center [&>svg]:size-5 [&>svg]:text-subtle",
        isCompact ? "gap-1 px-3 py-6" : "gap-2 px-6 py-14",
        className,
      )}
    >
      {icon}
      <p className={isCompact ? "text-muted text-sm" : "font-medium text-base text-text"}>{title}</p>
      {description && <p className="text-muted text-sm">{description}</p>}
      {actions && <div className="mt-3 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

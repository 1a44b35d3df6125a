import type { ReactNode } from "react";
import { roleText, roleTint, type StateRole } from "@/components/state.ts";
import { cn } from "@/components/ui/class-names.ts";

interface BadgeProps {
  role?: StateRole;
  icon?: ReactNode;
  isDashed?: boolean;
  className?: string;
  children: ReactNode;
}

/** A short fact as a chip. For a status use `StateBadge`. */
export function Badge({ role = "neutral", icon, isDashed = false, className, children }: BadgeProps) {
  return (
    <span
      className={cn(
        "inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-xs [&_svg]:size-3 [&_svg]:shrink-0",
        roleText[role],
        isDashed ? "border-border-strong border-dashed" : cn("border-transparent", roleTint[role]),
        className,
      )}
    >
      {icon}
      <span className="truncate">{children}</span>
    </span>
  );
}

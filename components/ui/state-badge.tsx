import type { ReactNode } from "react";
import { roleText, roleTint, type StateLook } from "@/components/state.ts";
import { cn } from "@/components/ui/class-names.ts";
import { StateIcon } from "@/components/ui/state-icon.tsx";

interface StateBadgeProps {
  state: StateLook;
  /** Fuller words than the label: `Queued, no. 3`, `Blocked by 2`. */
  children?: ReactNode;
  /** `tint` is a chip, `plain` only icon and word. */
  look?: "tint" | "plain";
  className?: string;
}

/** Icon, word and colour of a state, always the same three. */
export function StateBadge({ state, children, look = "tint", className }: StateBadgeProps) {
  const chip = cn(
    "h-5 rounded-sm border px-1.5",
    state.isDashed ? "border-border-strong border-dashed" : cn("border-transparent", roleTint[state.role]),
  );
  return (
    <span
      title={state.description}
      className={cn(
        "inline-flex max-w-full items-center gap-1 text-xs",
        state.isFaint ? "text-subtle" : roleText[state.role],
        look === "tint" && chip,
        className,
      )}
    >
      <StateIcon state={state} className={look === "tint" ? "size-3" : "size-3.5"} />
      <span className="truncate">{children ?? state.label}</span>
    </span>
  );
}

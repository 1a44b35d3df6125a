import { roleText, type StateLook } from "@/components/state.ts";
import { cn } from "@/components/ui/class-names.ts";

interface StateIconProps {
  state: StateLook;
  /** Give it only where the word does not stand beside the icon. */
  label?: string;
  className?: string;
}

export function StateIcon({ state, label, className = "size-4" }: StateIconProps) {
  const Icon = state.icon;
  const naming = label ? { role: "img", "aria-label": label } : { "aria-hidden": true as const };
  return (
    <Icon
      {...naming}
      className={cn(
        "shrink-0",
        state.isFaint ? "text-subtle" : roleText[state.role],
        state.isSpinning && "animate-spin",
        className,
      )}
    />
  );
}

import { cn } from "@/components/ui/class-names.ts";

interface ProgressProps {
  label: string;
  value: number;
  max: number;
  /** `meter` is a level, such as agents in use; `progressbar` has an end. */
  role?: "progressbar" | "meter";
  className?: string;
}

export function Progress({ label, value, max, role = "progressbar", className }: ProgressProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles of this element take a label
    <div
      role={role}
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
      className={cn("h-1.5 w-full overflow-hidden rounded-full border border-border-strong bg-sunken", className)}
    >
      <div
        className="h-full origin-left bg-accent transition-transform forced-colors:bg-[Highlight] rtl:origin-right"
        style={{ transform: `scaleX(${share})` }}
      />
    </div>
  );
}

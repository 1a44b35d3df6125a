import { cn } from "@/components/ui/class-names.ts";

interface CountProps {
  value: number;
  /** `inherit` takes the colour of the button it sits in. */
  tone?: "quiet" | "inherit" | "attention";
  className?: string;
}

const tones = {
  quiet: "bg-sunken text-muted",
  inherit: "border-current",
  attention: "bg-attention-tint text-attention",
};

/** A round number. Over 999 it reads 999+. */
export function Count({ value, tone = "quiet", className }: CountProps) {
  return (
    <span
      className={cn(
        "inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full border border-transparent px-1 text-2xs tabular-nums",
        tones[tone],
        className,
      )}
    >
      {value > 999 ? "999+" : value}
    </span>
  );
}

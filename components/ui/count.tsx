import { cn } from "@/components/ui/class-names.ts";

interface CountProps {
  value: number;
  /** `inherit` takes the colour of the button it sits in. */
  tone?: "quiet" | "raised" | "inherit" | "attention";
}

const tones = {
  quiet: "border-transparent bg-sunken text-muted",
  /** For a sunken ground. */
  raised: "border-transparent bg-surface text-muted",
  inherit: "border-current",
  attention: "border-transparent bg-attention-tint text-attention",
};

/** A round number. Over 999 it reads 999+. */
export function Count({ value, tone = "quiet" }: CountProps) {
  return (
    <span
      className={cn(
        "inline-flex h-4.5 min-w-4.5 items-center justify-center rounded-full border px-1 text-2xs tabular-nums",
        tones[tone],
      )}
    >
      {value > 999 ? "999+" : value}
    </span>
  );
}

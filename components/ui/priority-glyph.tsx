import { TriangleAlert } from "lucide-react";
import { cn } from "@/components/ui/class-names.ts";

export const priorities = ["LOWEST", "LOW", "MEDIUM", "HIGH", "HIGHEST", "URGENT"] as const;
export type Priority = (typeof priorities)[number];

export const priorityLabels: Record<Priority, string> = {
  LOWEST: "Lowest",
  LOW: "Low",
  MEDIUM: "Medium",
  HIGH: "High",
  HIGHEST: "Highest",
  URGENT: "Urgent",
};

interface PriorityGlyphProps {
  priority: Priority;
  /** The word stands beside it already. */
  isDecorative?: boolean;
  className?: string;
}

/** Bars from none (lowest) to four (highest); urgent is a filled triangle. */
export function PriorityGlyph({ priority, isDecorative = false, className }: PriorityGlyphProps) {
  const label = `Priority: ${priorityLabels[priority]}`;
  const naming = isDecorative ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  const filled = priorities.indexOf(priority);
  return (
    <span {...naming} title={isDecorative ? undefined : label} className={cn("inline-flex size-4 shrink-0", className)}>
      {priority === "URGENT" ? (
        <TriangleAlert aria-hidden className="size-4 fill-danger stroke-surface text-danger" />
      ) : (
        <svg aria-hidden="true" viewBox="0 0 16 16" className="size-4 text-muted" fill="currentColor">
          {[0, 1, 2, 3].map((bar) => (
            <rect
              key={bar}
              x={1 + bar * 3.75}
              y={10 - bar * 2.5}
              width="2.5"
              height={4 + bar * 2.5}
              rx="0.75"
              opacity={bar < filled ? 1 : 0.25}
            />
          ))}
        </svg>
      )}
    </span>
  );
}

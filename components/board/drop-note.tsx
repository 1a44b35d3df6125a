import { cn } from "@/components/ui/class-names.ts";

interface DropNoteProps {
  isTarget: boolean;
  isRefusing: boolean;
  children: string;
}

/** While something is in the hand every other column says what a drop would do, or why it would do nothing. */
export function DropNote({ isTarget, isRefusing, children }: DropNoteProps) {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 flex items-start justify-center rounded-lg pt-24">
      <span
        className={cn(
          "mx-2 rounded-md border bg-raised px-2 py-1 text-center text-xs shadow-menu",
          isRefusing ? "text-muted" : "border-accent font-medium text-accent",
          isTarget && "ring-2 ring-accent",
        )}
      >
        {children}
      </span>
    </div>
  );
}

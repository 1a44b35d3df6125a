import { cn } from "@/components/ui/class-names.ts";

/** A still placeholder of the final size; invisible for the first 150 ms. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <span
      aria-hidden
      className={cn("fade-in-0 fill-mode-both block animate-in rounded-sm bg-sunken delay-150 duration-120", className)}
    />
  );
}

import { LoaderCircle } from "lucide-react";
import { cn } from "@/components/ui/class-names.ts";

/** Decorative; the control or region around it says what is awaited. Static with reduced motion. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden className={cn("size-4 animate-spin", className)} />;
}

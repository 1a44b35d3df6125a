import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton.tsx";

/** A terminal on demand: what draws it is not part of the board's first load. */
export const LazyTerminalView = dynamic(
  () => import("@/components/terminal/terminal-view.tsx").then((module) => module.TerminalView),
  { ssr: false, loading: () => <Skeleton className="min-h-96 w-full flex-1" /> },
);

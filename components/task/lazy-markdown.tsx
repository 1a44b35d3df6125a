import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton.tsx";

/** Markdown on demand: its parser is not part of the board's first load. */
export const LazyMarkdown = dynamic(() => import("@/components/markdown.tsx").then((module) => module.Markdown), {
  loading: () => <Skeleton className="h-11 w-full" />,
});

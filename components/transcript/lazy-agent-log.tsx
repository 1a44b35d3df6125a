import dynamic from "next/dynamic";
import { Skeleton } from "@/components/ui/skeleton.tsx";

/** On demand: neither the transcript nor what reads its events is part of the board's first load. */
export const LazyAgentLog = dynamic(
  () => import("@/components/transcript/agent-log.tsx").then((module) => module.AgentLog),
  { loading: () => <Skeleton className="min-h-72 w-full flex-1" /> },
);

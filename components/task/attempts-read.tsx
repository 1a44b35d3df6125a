import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorCard } from "@/components/error-card.tsx";
import { RowsSkeleton } from "@/components/task/rows-skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";

interface AttemptsReadProps {
  attempts: Pick<UseQueryResult, "data" | "error" | "refetch">;
  children: ReactNode;
}

/** What says how a task's attempts are: not before they are known, for "none" would be a guess. */
export function AttemptsRead({ attempts: { data, error, refetch }, children }: AttemptsReadProps) {
  if (data) return children;
  if (!error) return <RowsSkeleton />;
  return (
    <ErrorCard title="Could not load the attempts" onRetry={() => void refetch()}>
      {problemOf(error).message}
    </ErrorCard>
  );
}

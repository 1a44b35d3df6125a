"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorCard } from "@/components/error-card.tsx";
import { ClearQueue } from "@/components/queue/clear-queue.tsx";
import { Orchestrators } from "@/components/queue/orchestrators.tsx";
import { Pauses } from "@/components/queue/pauses.tsx";
import { QueueFilter, useQueueFilter } from "@/components/queue/queue-filter.tsx";
import { RunningList } from "@/components/queue/running-list.tsx";
import { WaitingList } from "@/components/queue/waiting-list.tsx";
import { useNow } from "@/components/ui/clock.ts";
import { formatSpan } from "@/components/ui/format-time.ts";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { queueQuery, resourcesQuery } from "@/lib/client/queries.ts";

interface QueueViewProps {
  projectId: string;
  projectKey: string;
}

/** What runs, what waits and why, and what there is to run it on: of all projects, since they share it. */
export function QueueView({ projectId, projectKey }: QueueViewProps) {
  const queueFilter = useQueueFilter(projectId);
  const { filter } = queueFilter;
  const queue = useQuery({ ...queueQuery(filter), placeholderData: (last) => last });
  const resources = useQuery({ ...resourcesQuery(), refetchInterval: 5_000 });
  const failed = [queue, resources].find(({ data, error }) => error && !data);

  if (failed?.error) {
    return (
      <ErrorCard title="Could not load the queue" onRetry={() => void failed.refetch()}>
        {problemOf(failed.error).message}
      </ErrorCard>
    );
  }
  if (!queue.data || !resources.data) return <Loading />;
  const { items, depth, running, capacity, oldestQueuedAt, pauses } = queue.data;
  const { orchestrators } = resources.data;
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 p-4">
      <p className="text-muted text-sm tabular-nums">
        {running} of {capacity} {capacity === 1 ? "slot" : "slots"} taken
        {oldestQueuedAt && <LongestWait since={oldestQueuedAt} />}.
      </p>
      <Pauses pauses={pauses} />
      <RunningList sessions={orchestrators.flatMap(({ sessions }) => sessions)} />
      <WaitingList
        {...{ items, depth, projectKey }}
        slots={{ running, capacity }}
        isFiltered={Object.keys(filter).length > 0}
        actions={
          <>
            <QueueFilter {...queueFilter} projectKey={projectKey} />
            <ClearQueue filter={filter} projectKey={projectKey} count={depth} />
          </>
        }
      />
      <Orchestrators orchestrators={orchestrators} />
    </div>
  );
}

function LongestWait({ since }: { since: string }) {
  const now = useNow();
  return now > 0 ? `, longest wait ${formatSpan(now - Date.parse(since))}` : null;
}

function Loading() {
  return (
    <div aria-busy className="mx-auto flex w-full max-w-6xl flex-col gap-6 p-4">
      <Skeleton className="h-24" />
      <Skeleton className="h-64" />
      <Skeleton className="h-40" />
    </div>
  );
}

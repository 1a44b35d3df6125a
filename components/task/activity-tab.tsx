"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { ErrorCard } from "@/components/error-card.tsx";
import { EventRow } from "@/components/task/event-row.tsx";
import type { NameOf } from "@/components/task/event-sentence.ts";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { api, problemOf } from "@/lib/client/api.ts";
import { eventsQuery } from "@/lib/client/queries.ts";
import { useTasks } from "@/lib/client/tasks.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { Task } from "@/lib/task/schema.ts";

const pageSize = 100;

/** The journal of one task, newest first, kept fresh by its events. */
export function ActivityTab({ task }: { task: Task }) {
  const { data, error, isPending, refetch } = useQuery(eventsQuery({ projectId: task.projectId, entityId: task.id }));
  const { byId } = useTasks(task.projectId);
  const nameOf: NameOf = (id) => byId[id]?.key ?? id.slice(0, 8);
  const newest = (data ?? []) as JournalEvent[];
  const older = useOlderEvents(task, newest.at(-1)?.seq);

  if (isPending) return <ActivitySkeleton />;
  if (error) {
    return (
      <ErrorCard title="Could not load the activity" onRetry={() => void refetch()}>
        {problemOf(error).message}
      </ErrorCard>
    );
  }
  if (newest.length === 0) return <EmptyState icon={<History aria-hidden />} title="Nothing has happened yet." />;
  return (
    <div className="flex flex-col items-start gap-3 px-3 py-2">
      <ol className="w-full">
        {[...newest, ...older.events].map((event) => (
          <EventRow key={event.seq} event={event} nameOf={nameOf} />
        ))}
      </ol>
      {newest.length >= pageSize && !older.isLoaded && (
        <Button isBusy={older.isLoading} onClick={() => void older.load()}>
          Load earlier entries
        </Button>
      )}
      {older.failure && (
        <p role="alert" className="text-danger text-sm">
          {older.failure}
        </p>
      )}
    </div>
  );
}

/** The journal pages forward only, so what lies before the newest page is read from the beginning up to it. */
function useOlderEvents(task: Task, before: number | undefined) {
  const [events, setEvents] = useState<readonly JournalEvent[] | null>(null);
  const [isLoading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const load = async () => {
    if (before === undefined) return;
    setLoading(true);
    setFailure(null);
    try {
      setEvents((await readUpTo(task, before)).reverse());
    } catch (thrown) {
      setFailure(problemOf(thrown).message);
    }
    setLoading(false);
  };

  const kept = (events ?? []).filter(({ seq }) => before === undefined || seq < before);
  return { events: kept, isLoaded: events !== null, isLoading, failure, load };
}

async function readUpTo({ projectId, id: entityId }: Task, end: number): Promise<JournalEvent[]> {
  const found: JournalEvent[] = [];
  let after = 0;
  while (after < end - 1) {
    const { items } = await api.event.list({ projectId, entityId, after, limit: 200 });
    found.push(...(items as JournalEvent[]).filter(({ seq }) => seq < end));
    if (items.length < 200) break;
    after = items.at(-1)!.seq;
  }
  return found;
}

function ActivitySkeleton() {
  return (
    <div className="flex flex-col gap-4 p-4">
      {[1, 2, 3, 4].map((row) => (
        <Skeleton key={row} className="h-9 w-full" />
      ))}
    </div>
  );
}

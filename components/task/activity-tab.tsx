"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { ErrorCard } from "@/components/error-card.tsx";
import { EventRow } from "@/components/task/event-row.tsx";
import type { NameOf } from "@/components/task/event-sentence.ts";
import { RowsSkeleton } from "@/components/task/rows-skeleton.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
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

  if (isPending) return <RowsSkeleton />;
  if (error && !data) {
    return (
      <ErrorCard title="Could not load the activity" onRetry={() => void refetch()}>
        {problemOf(error).message}
      </ErrorCard>
    );
  }
  if (newest.length === 0)
    return <EmptyState icon={<History aria-hidden />} title="What happened is no longer kept." />;
  const shown = [...newest, ...older.events];
  const isAllShown = newest.length < pageSize || older.isComplete;
  return (
    <div className="flex flex-col items-start gap-3 px-3 py-2">
      <ol className="w-full">
        {shown.map((event) => (
          <EventRow key={event.seq} event={event} nameOf={nameOf} />
        ))}
      </ol>
      {isAllShown && shown.at(-1)?.type !== "TASK_CREATED" && (
        <p className="text-subtle text-sm">Earlier entries are no longer kept.</p>
      )}
      {!isAllShown && (
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

/** Pages of the journal before what is shown. They belong to the page they were asked before: when that moves on, they go. */
function useOlderEvents({ projectId, id: entityId }: Task, before: number | undefined) {
  const [older, setOlder] = useState<{ before?: number; events: readonly JournalEvent[]; isComplete: boolean }>(none);
  const [isLoading, setLoading] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const { events, isComplete } = older.before === before ? older : none;

  const load = async () => {
    if (before === undefined) return;
    setLoading(true);
    setFailure(null);
    try {
      const end = events.at(-1)?.seq ?? before;
      const page = await api.event.list({ projectId, entityId, before: end, order: "desc", limit: pageSize });
      const items = page.items as readonly JournalEvent[];
      setOlder({ before, events: [...events, ...items], isComplete: items.length < pageSize });
    } catch (thrown) {
      setFailure(problemOf(thrown).message);
    }
    setLoading(false);
  };

  return { events, isComplete, isLoading, failure, load };
}

const none = { events: [], isComplete: false };

import { useInfiniteQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { rowsStyles } from "@/components/queue/queue-section.tsx";
import { TriggerFilter } from "@/components/rule/trigger-filter.tsx";
import { TriggerRow } from "@/components/rule/trigger-row.tsx";
import { useTriggerFilter } from "@/components/rule/use-trigger-filter.ts";
import { Button } from "@/components/ui/button.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { triggersQuery } from "@/lib/client/queries.ts";
import type { Rule } from "@/lib/rule/schema.ts";

/** Every time a rule was concerned: the task that was created, or why there is none. */
export function TriggerList({ projectId, rules }: { projectId: string; rules: readonly Rule[] }) {
  const section = useRef<HTMLElement>(null);
  const filter = useTriggerFilter(rules);
  const { ruleId, status, setFilter } = filter;
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    triggersQuery(projectId, { ...(ruleId && { ruleId }), ...(status && { status }) }),
  );
  const triggers = data?.pages.flatMap(({ items }) => items);
  const isFiltered = ruleId !== undefined || status !== undefined;
  return (
    <section
      ref={section}
      tabIndex={-1}
      aria-labelledby="triggers-title"
      className="flex min-w-0 flex-col gap-2 outline-none"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <h3 id="triggers-title" className="font-medium text-base">
          What rules did
        </h3>
        <div className="ms-auto flex flex-wrap items-center gap-2">
          <TriggerFilter {...filter} rules={rules} />
        </div>
      </div>
      {error && <p className="text-danger text-sm">{problemOf(error).message}</p>}
      {!triggers && !error && <Skeleton className="h-24" />}
      {triggers?.length === 0 && (
        <p className="flex flex-wrap items-center gap-x-3 text-muted text-sm">
          {isFiltered ? "Nothing of that kind." : "Nothing has happened yet that a rule is about."}
          {isFiltered && (
            <Button variant="link" size="sm" onClick={() => void setFilter({ rule: null, did: null })}>
              Show everything
            </Button>
          )}
        </p>
      )}
      {triggers && triggers.length > 0 && (
        <ul aria-label="What rules did" className={rowsStyles}>
          {triggers.map((trigger) => (
            <TriggerRow key={trigger.id} trigger={trigger} list={section} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div>
          <Button size="sm" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            More
          </Button>
        </div>
      )}
    </section>
  );
}

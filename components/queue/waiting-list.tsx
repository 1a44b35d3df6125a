"use client";

import { Hourglass } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Slots } from "@/components/queue/expected-start.ts";
import type { QueueItem } from "@/components/queue/queue-item.ts";
import { QueueSection, rowsStyles } from "@/components/queue/queue-section.tsx";
import { WaitingRow } from "@/components/queue/waiting-row.tsx";
import { Button } from "@/components/ui/button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { LinkButton } from "@/components/ui/link-button.tsx";
import { useQueuedPriority, useUnqueue } from "@/lib/client/queue.ts";

interface WaitingListProps {
  items: readonly QueueItem[];
  /** How many wait in truth; only the first thousand are listed. */
  depth: number;
  slots: Slots;
  projectKey: string;
  isFiltered: boolean;
  /** Filter and Clear. */
  actions: ReactNode;
}

const step = 100;

/** What waits, in the order in which it starts; those that wait for their time come last. */
export function WaitingList({ items, depth, slots, projectKey, isFiltered, actions }: WaitingListProps) {
  const [shown, setShown] = useState(step);
  const priority = useQueuedPriority();
  const unqueue = useUnqueue();
  return (
    <QueueSection title="Waiting" count={depth} actions={actions}>
      {items.length === 0 ? (
        <div className={rowsStyles}>
          <EmptyState
            isCompact
            icon={<Hourglass aria-hidden />}
            title={
              isFiltered ? "Nothing of this kind waits." : "Nothing waits. What is queued stands here in its order."
            }
            actions={!isFiltered && <LinkButton href={`/p/${projectKey}`}>Go to the board</LinkButton>}
          />
        </div>
      ) : (
        <ol className={rowsStyles}>
          {items.slice(0, shown).map((item) => (
            <WaitingRow
              key={item.taskId}
              item={item}
              slots={slots}
              onPriority={(level) => priority.mutate({ ...item, priority: level })}
              onUnqueue={() => unqueue.mutate(item)}
            />
          ))}
        </ol>
      )}
      {depth > shown && (
        <p className="flex flex-wrap items-center gap-3 text-muted text-sm">
          The first {Math.min(shown, items.length)} of {depth}.
          {items.length > shown && (
            <Button size="sm" onClick={() => setShown(shown + step)}>
              Show {Math.min(step, items.length - shown)} more
            </Button>
          )}
        </p>
      )}
    </QueueSection>
  );
}

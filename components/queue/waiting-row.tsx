"use client";

import { ListX, RotateCw } from "lucide-react";
import { Amount } from "@/components/queue/amount.tsx";
import { expectedStart, type Slots } from "@/components/queue/expected-start.ts";
import type { QueueItem } from "@/components/queue/queue-item.ts";
import { rowStyles } from "@/components/queue/queue-section.tsx";
import { TaskLink } from "@/components/queue/task-link.tsx";
import { ReasonText } from "@/components/task/reason-text.tsx";
import { useNow } from "@/components/ui/clock.ts";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { formatRelative } from "@/components/ui/format-time.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { PriorityGlyph, priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";

interface WaitingRowProps {
  item: QueueItem;
  slots: Slots;
  onPriority: (priority: number) => void;
  onUnqueue: () => void;
}

/** A task in line: its place, why it waits, when it may start. */
export function WaitingRow({ item, slots, onPriority, onUnqueue }: WaitingRowProps) {
  const { key, why } = item;
  return (
    <li className={rowStyles}>
      <span className="flex w-6 shrink-0 justify-end font-medium text-sm tabular-nums">
        {item.position ?? <RotateCw role="img" aria-label="Waits for its time" className="size-4 text-info" />}
      </span>
      <div className="flex min-w-0 grow basis-48 flex-col gap-0.5">
        <TaskLink taskKey={key} title={item.title} />
        <p className="text-muted text-xs">{why ? <ReasonText reason={why} /> : "Starts next."}</p>
      </div>
      <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Amount name="Type">{item.type}</Amount>
        <Amount name="Starts">
          <EstimatedStart item={item} slots={slots} />
        </Amount>
        {item.queuedAt && (
          <Amount name="Queued">
            <RelativeTime at={item.queuedAt} />
          </Amount>
        )}
      </span>
      <span className="ms-auto flex items-center gap-1">
        <PriorityMenu item={item} onChoose={onPriority} />
        <IconButton label={`Take ${key} out of the queue`} size="sm" onClick={onUnqueue}>
          <ListX aria-hidden />
        </IconButton>
      </span>
    </li>
  );
}

function EstimatedStart({ item, slots }: Pick<WaitingRowProps, "item" | "slots">) {
  const now = useNow();
  if (now === 0) return null;
  const at = expectedStart(item, slots);
  if (at === null) return "not known";
  const words = formatRelative(Math.max(now, at), now);
  const date = new Date(at);
  return (
    <time
      dateTime={date.toISOString()}
      title={date.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" })}
    >
      {item.availableAt || words === "now" ? words : `about ${words}`}
    </time>
  );
}

const levels = priorities.slice(0, 5).map((priority, level) => ({
  id: priority,
  value: String(level),
  label: priorityLabels[priority],
  icon: <PriorityGlyph priority={priority} isDecorative />,
}));

function PriorityMenu({ item, onChoose }: { item: QueueItem; onChoose: (priority: number) => void }) {
  const name = priorities[item.priority] ?? "MEDIUM";
  const value = String(item.priority);
  return (
    <DropdownMenu
      entries={[
        { kind: "choice", id: "priority", value, options: levels, onChange: (level) => onChoose(Number(level)) },
      ]}
    >
      <IconButton label={`Priority of ${item.key}: ${priorityLabels[name]}`} size="sm">
        <PriorityGlyph priority={name} isDecorative />
      </IconButton>
    </DropdownMenu>
  );
}

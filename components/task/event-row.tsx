import { ArrowRight } from "lucide-react";
import { taskStates } from "@/components/state.ts";
import { ActorIcon } from "@/components/task/actor-icon.tsx";
import { eventSentence, type NameOf } from "@/components/task/event-sentence.ts";
import { still } from "@/components/task/still.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import type { JournalEvent } from "@/lib/events.ts";

interface EventRowProps {
  event: JournalEvent;
  nameOf: NameOf;
}

/** One entry of the journal: who, what, from where to where, when. */
export function EventRow({ event, nameOf }: EventRowProps) {
  return (
    <li className="flex gap-2.5 border-border border-b px-1 py-2.5 last:border-b-0">
      <ActorIcon type={event.actor.type} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="text-sm [overflow-wrap:anywhere]">{eventSentence(event, nameOf)}</p>
        {event.type === "TASK_STATUS_CHANGED" && (
          <p className="flex flex-wrap items-center gap-1.5">
            <StateBadge state={still(taskStates[event.payload.from])} />
            <ArrowRight role="img" aria-label="to" className="size-3 shrink-0 text-subtle rtl:rotate-180" />
            <StateBadge state={still(taskStates[event.payload.to])} />
          </p>
        )}
      </div>
      <RelativeTime at={event.at} className="shrink-0 text-subtle text-xs tabular-nums leading-5" />
    </li>
  );
}

"use client";

import { CirclePause } from "lucide-react";
import { QueueSection, rowStyles, rowsStyles } from "@/components/queue/queue-section.tsx";
import { reasonSentence } from "@/components/task/reason-words.ts";
import { Button } from "@/components/ui/button.tsx";
import { ClockTime } from "@/components/ui/clock-time.tsx";
import { useResumeAgent } from "@/lib/client/queue.ts";
import type { TaskType } from "@/lib/task/schema.ts";

interface Pause {
  agent: string;
  /** ISO 8601, UTC. */
  until: string;
  reason: string;
}

/** Types of agent whose provider asked to wait; no task of theirs starts until then, or until a person says so. */
export function Pauses({ pauses }: { pauses: readonly Pause[] }) {
  const resume = useResumeAgent();
  if (pauses.length === 0) return null;
  return (
    <QueueSection title="Paused" count={pauses.length}>
      <ul className={rowsStyles}>
        {pauses.map(({ agent, until, reason }) => (
          <li key={agent} className={rowStyles}>
            <CirclePause aria-hidden className="size-4 shrink-0 text-attention" />
            <p className="min-w-0 grow basis-56 text-sm">
              <span className="font-medium">{agent}</span> starts nothing until <ClockTime at={until} />.{" "}
              <span className="text-muted">{reasonSentence(reason)}</span>
            </p>
            <Button
              size="sm"
              className="ms-auto"
              isBusy={resume.isPending && resume.variables === agent}
              aria-label={`Resume ${agent} now`}
              onClick={() => resume.mutate(agent as TaskType)}
            >
              Resume
            </Button>
          </li>
        ))}
      </ul>
    </QueueSection>
  );
}

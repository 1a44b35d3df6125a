"use client";

import { Play } from "lucide-react";
import { useState } from "react";
import { QueueSection, rowsStyles } from "@/components/queue/queue-section.tsx";
import { RunningRow } from "@/components/queue/running-row.tsx";
import type { RunningSession } from "@/components/queue/session-usage.ts";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { useStopSession } from "@/lib/client/queue.ts";

/** Every session that holds a slot or still has processes, of all orchestrators. */
export function RunningList({ sessions }: { sessions: readonly RunningSession[] }) {
  const [asked, setAsked] = useState<RunningSession | null>(null);
  const stop = useStopSession();
  return (
    <QueueSection title="Running" count={sessions.length}>
      {sessions.length === 0 ? (
        <div className={rowsStyles}>
          <EmptyState isCompact icon={<Play aria-hidden />} title="Nothing runs now." />
        </div>
      ) : (
        <ul className={rowsStyles}>
          {sessions.map((session) => (
            <RunningRow
              key={session.id}
              session={session}
              isStopping={stop.isPending && stop.variables.id === session.id}
              onStop={() => setAsked(session)}
            />
          ))}
        </ul>
      )}
      <AlertDialog
        open={asked !== null}
        onOpenChange={() => setAsked(null)}
        title={`Stop ${asked?.taskKey}?`}
        description="Everything it started is ended, by force where it does not end by itself, and the task is cancelled. What it did stays on its branch; Reopen brings the task back."
        confirmLabel={`Stop ${asked?.taskKey}`}
        cancelLabel="Let it run"
        onConfirm={() => asked && stop.mutate(asked)}
      />
    </QueueSection>
  );
}

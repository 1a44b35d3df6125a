"use client";

import { Play } from "lucide-react";
import { groupByGeneration } from "@/components/task/group-sessions.ts";
import { SessionRow } from "@/components/task/session-row.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import type { Session } from "@/lib/session/schema.ts";

interface SessionsTabProps {
  sessions: readonly Session[];
  onShowLog: (attempt: number) => void;
}

/** Every attempt, newest first; those before the last reopening are folded. */
export function SessionsTab({ sessions, onShowLog }: SessionsTabProps) {
  if (sessions.length === 0) {
    return (
      <EmptyState
        icon={<Play aria-hidden />}
        title="No attempt yet."
        description="Each time the task runs, the attempt is listed here with how it ended and its branch."
      />
    );
  }
  const [current, ...older] = groupByGeneration(sessions);
  return (
    <div className="flex flex-col gap-3 p-4">
      <SessionList sessions={current!.sessions} onShowLog={onShowLog} />
      {older.map(({ generation, sessions }) => (
        <details key={generation} className="group">
          <summary className="cursor-pointer rounded-sm py-1 text-muted text-sm hover:text-text">
            Before it was reopened: {sessions.length === 1 ? "1 attempt" : `${sessions.length} attempts`}
          </summary>
          <SessionList sessions={sessions} onShowLog={onShowLog} />
        </details>
      ))}
    </div>
  );
}

function SessionList({ sessions, onShowLog }: SessionsTabProps) {
  return (
    <ul className="rounded-lg border border-border">
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} onShowLog={onShowLog} />
      ))}
    </ul>
  );
}

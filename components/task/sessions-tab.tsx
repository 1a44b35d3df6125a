"use client";

import { Play } from "lucide-react";
import { attemptWords } from "@/components/task/attempt-words.ts";
import { groupByGeneration } from "@/components/task/group-sessions.ts";
import { SessionRow } from "@/components/task/session-row.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface SessionsTabProps {
  task: Task;
  sessions: readonly Session[];
  onShowLog: (attempt: number) => void;
}

/** Every attempt, newest first; those before the last reopening are folded. */
export function SessionsTab({ task, sessions, onShowLog }: SessionsTabProps) {
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
  const tried = attemptWords(task);
  return (
    <div className="flex flex-col gap-3 p-4">
      {tried && (
        <p className="text-sm">
          {tried}. <span className="text-muted">{countedWords(task)}</span>
        </p>
      )}
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

/** What counts and what does not, where it matters. */
const countedWords = ({ losses }: Task) =>
  losses > 0 ? "What is lost with its host uses no attempt up; after the third loss a person has to look." : "";

function SessionList({ sessions, onShowLog }: Omit<SessionsTabProps, "task">) {
  return (
    <ul className="rounded-lg border border-border">
      {sessions.map((session, index) => (
        <SessionRow key={session.id} session={session} next={sessions[index - 1]} onShowLog={onShowLog} />
      ))}
    </ul>
  );
}

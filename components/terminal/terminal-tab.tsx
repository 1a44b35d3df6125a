import { SquareTerminal } from "lucide-react";
import { newestSession } from "@/components/task/group-sessions.ts";
import { AttachCommand } from "@/components/terminal/attach-command.tsx";
import { LazyTerminalView } from "@/components/terminal/lazy-terminal-view.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface TerminalTabProps {
  task: Task;
  /** Null: none yet. */
  session: Session | null;
}

/** The terminal of the newest session, while it lives; else what became of it. */
export function TerminalTab({ task, session }: TerminalTabProps) {
  if (session === null || !isSessionLive(session.status)) {
    return <EmptyState icon={<SquareTerminal aria-hidden />} {...wordsWithout(task, session)} />;
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-3">
      <LazyTerminalView key={session.id} sessionId={session.id} label={`Terminal of ${task.key}`} />
      <AttachCommand sessionId={session.id} />
    </div>
  );
}

function wordsWithout({ status }: Task, session: Session | null) {
  if (session !== null)
    return {
      title: "This terminal is closed.",
      description: `What it showed is in the log of attempt ${session.attempt}.`,
    };
  if (status === "QUEUED" || status === "RUNNING")
    return { title: "The terminal opens when the session has started.", description: "It is in line for a place." };
  return {
    title: "No terminal.",
    description: "“Open a terminal” among the task's actions starts a session you can type into.",
  };
}

/** The session whose terminal is shown: the newest, if it has one. */
export function terminalSession(sessions: readonly Session[]): Session | null {
  const newest = newestSession(sessions);
  return newest?.hasTerminal ? newest : null;
}

"use client";

import { ScrollText } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { LogViewer } from "@/components/log/log-viewer.tsx";
import { useLog } from "@/components/log/use-log.ts";
import { sessionStates } from "@/components/state.ts";
import { chosenSession, newestSession } from "@/components/task/group-sessions.ts";
import { reasonSentence } from "@/components/task/reason-words.ts";
import { still } from "@/components/task/still.ts";
import { ViewSwitch } from "@/components/task/view-switch.tsx";
import { LazyAgentLog } from "@/components/transcript/lazy-agent-log.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Select } from "@/components/ui/select.tsx";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { Session } from "@/lib/session/schema.ts";
import { sizeText } from "@/lib/size-text.ts";
import type { Task } from "@/lib/task/schema.ts";

const viewInUrl = parseAsStringLiteral(["transcript", "raw"]).withDefault("transcript").withOptions({ scroll: false });

interface LogsTabProps {
  task: Task;
  sessions: readonly Session[];
  attempt: number | null;
  onChoose: (attempt: number) => void;
}

/** The output of one attempt, the newest unless another is chosen. */
export function LogsTab({ task, sessions, attempt, onChoose }: LogsTabProps) {
  const [view, setView] = useQueryState("view", viewInUrl);
  const session = chosenSession(sessions, attempt);
  if (session === null) {
    return (
      <EmptyState
        icon={<ScrollText aria-hidden />}
        title="No log yet."
        description="What the task writes while it runs appears here, line by line."
      />
    );
  }
  const options = [...sessions]
    .sort((a, b) => b.attempt - a.attempt)
    .map((one) => ({
      value: String(one.attempt),
      label: `Attempt ${one.attempt}: ${sessionStates[one.status].label}`,
      icon: <StateIcon state={still(sessionStates[one.status])} />,
    }));
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Select
          size="sm"
          label="Attempt"
          className="w-52!"
          options={options}
          value={String(session.attempt)}
          onValueChange={(value) => onChoose(Number(value))}
        />
        {session.isTranscript && <ViewSwitch view={view} onChange={setView} />}
        {!isSessionLive(session.status) && (
          <span className="min-w-0 text-muted text-xs">{reasonSentence(session.reason)}</span>
        )}
        {/* Known only once it has ended; while it grows, the viewer counts its lines. */}
        {!isSessionLive(session.status) && (
          <span className="ms-auto text-subtle text-xs tabular-nums">{sizeText(session.logBytes)}</span>
        )}
      </div>
      {session.isTranscript ? (
        <LazyAgentLog
          key={session.id}
          {...{ task, session, view }}
          isNewest={session.id === newestSession(sessions)?.id}
        />
      ) : (
        <SessionLog key={session.id} taskKey={task.key} session={session} />
      )}
    </div>
  );
}

function SessionLog({ taskKey, session }: { taskKey: string; session: Session }) {
  const isLive = isSessionLive(session.status);
  const { sink: buffer, problem } = useLog(session.id, isLive);
  return (
    <LogViewer
      {...{ buffer, isLive, problem }}
      isEmpty={session.logBytes === 0}
      startsAtEnd={endedBadly(session)}
      label={`Log of ${taskKey}, attempt ${session.attempt}`}
      fileName={`${taskKey}-attempt-${session.attempt}`}
      className="flex-1"
    />
  );
}

/** What went wrong stands at the end. */
const endedBadly = ({ status }: Session) => ["FAILED", "TIMED_OUT", "STALLED", "LOST"].includes(status);

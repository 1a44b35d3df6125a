"use client";

import { GitBranch } from "lucide-react";
import { conditionStates, taskStates } from "@/components/state.ts";
import { attemptWords } from "@/components/task/attempt-words.ts";
import { CameOf } from "@/components/task/came-of.tsx";
import { newestSession } from "@/components/task/group-sessions.ts";
import { ElapsedTime } from "@/components/ui/elapsed-time.tsx";
import { formatDuration } from "@/components/ui/format-time.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { taskCostWords } from "@/components/usage/spent-words.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface TaskFactsProps {
  task: Task;
  sessions: readonly Session[];
}

/** State and the facts of the newest attempt, in one line that wraps. */
export function TaskFacts({ task, sessions }: TaskFactsProps) {
  const newest = newestSession(sessions);
  const branch = newest?.branch ?? task.resultBranch;
  const tried = attemptWords(task);
  const cost = taskCostWords(sessions);
  const position = task.status === "QUEUED" && task.queuePosition;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-muted text-xs">
      <StateBadge state={taskStates[task.status]}>{position ? `Queued, no. ${position}` : undefined}</StateBadge>
      {task.session !== null && task.session.openQuestions > 0 && <StateBadge state={conditionStates.needsYou} />}
      {task.statusReason === "QUARANTINED" && <StateBadge state={conditionStates.quarantined} />}
      {newest?.monitoredAt && newest.endedAt === null && (
        <StateBadge state={conditionStates.silent}>
          The monitor noticed: silent since <RelativeTime at={newest.activeAt} />
        </StateBadge>
      )}
      <span>{task.type}</span>
      {task.createdBy.type === "session" && <span>Added by {task.createdBy.name}</span>}
      <CameOf task={task} />
      {branch && (
        <span className="flex min-w-0 items-center gap-1">
          <GitBranch aria-hidden className="size-3 shrink-0" />
          <span className="sr-only">Branch</span>
          <span className="min-w-0 break-all font-mono">{branch}</span>
        </span>
      )}
      {tried && <span className="tabular-nums">{tried}</span>}
      {newest && (
        <span>
          Started <RelativeTime at={newest.startedAt} />
        </span>
      )}
      {newest && <SessionDuration session={newest} />}
      {cost && (
        <span title="All attempts together" className="tabular-nums">
          {cost}
        </span>
      )}
    </div>
  );
}

/** How long it took, or a running clock. */
export function SessionDuration({ session }: { session: Pick<Session, "startedAt" | "endedAt"> }) {
  if (session.endedAt === null) return <ElapsedTime since={session.startedAt} />;
  const ms = Date.parse(session.endedAt) - Date.parse(session.startedAt);
  return <span className="tabular-nums">{formatDuration(ms)}</span>;
}

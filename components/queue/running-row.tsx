"use client";

import { Square } from "lucide-react";
import { Amount } from "@/components/queue/amount.tsx";
import { rowStyles } from "@/components/queue/queue-section.tsx";
import { type RunningSession, usageOf } from "@/components/queue/session-usage.ts";
import { TaskLink } from "@/components/queue/task-link.tsx";
import { sessionStates } from "@/components/state.ts";
import { Button } from "@/components/ui/button.tsx";
import { useNow } from "@/components/ui/clock.ts";
import { ElapsedTime } from "@/components/ui/elapsed-time.tsx";
import { formatBytes, formatCores } from "@/components/ui/format-amount.ts";
import { formatSpan } from "@/components/ui/format-time.ts";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { isSessionLive, type SessionStatus } from "@/lib/session/machine.ts";

interface RunningRowProps {
  session: RunningSession;
  isStopping: boolean;
  onStop: () => void;
}

/** A session with its processes: what it works on, how long, what it uses of what it asked for. */
export function RunningRow({ session, isStopping, onStop }: RunningRowProps) {
  const { cpus, memoryBytes, taskKey } = session;
  const usage = usageOf(session);
  const isLive = isSessionLive(session.status);
  return (
    <li className={rowStyles}>
      <div className="flex min-w-0 grow basis-64 flex-col gap-1">
        <TaskLink taskKey={taskKey} title={session.taskTitle} />
        <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1 text-xs">
          <StateBadge state={sessionStates[session.status as SessionStatus]} look="plain" />
          {isLive ? (
            <ElapsedTime since={session.startedAt} className="text-info" />
          ) : (
            <span className="text-muted">Its processes are being ended.</span>
          )}
          {isLive && <Silence since={session.activeAt} />}
        </span>
      </div>
      <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Amount name="Process">{session.pid ?? "-"}</Amount>
        <Amount name="CPU">
          {usage.cpus === null ? "-" : formatCores(usage.cpus)}
          {cpus !== null && ` of ${formatCores(cpus)}`}
        </Amount>
        <Amount name="Memory">
          {usage.memoryBytes === null ? "-" : formatBytes(usage.memoryBytes)}
          {memoryBytes !== null && ` of ${formatBytes(memoryBytes)}`}
        </Amount>
      </span>
      <Button
        size="sm"
        className="ms-auto"
        icon={<Square aria-hidden />}
        disabled={!isLive}
        isBusy={isStopping}
        aria-label={`Stop ${taskKey}`}
        onClick={onStop}
      >
        Stop
      </Button>
    </li>
  );
}

const quietMs = 60_000;

/** For a while it has neither written nor computed. Whether that is too long is the monitor's to say. */
function Silence({ since }: { since: string }) {
  const now = useNow();
  const silentMs = now - Date.parse(since);
  if (now === 0 || silentMs < quietMs) return null;
  return <span className="text-muted">quiet for {formatSpan(silentMs)}</span>;
}

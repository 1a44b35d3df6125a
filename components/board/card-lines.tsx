"use client";

import { Bot, Hourglass, Link2, Lock, RotateCw } from "lucide-react";
import type { MouseEvent } from "react";
import { conditionStates, taskStates } from "@/components/state.ts";
import { useNow, useNowBySecond } from "@/components/ui/clock.ts";
import { ElapsedTime } from "@/components/ui/elapsed-time.tsx";
import { formatDuration, formatSpan } from "@/components/ui/format-time.ts";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import type { Task } from "@/lib/task/schema.ts";

type Press = (event: MouseEvent<HTMLButtonElement>) => void;

const chip =
  "hit-area relative inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 text-xs [&_svg]:size-3 [&_svg]:shrink-0";

/** What it waits for and what waits for it; only what is true. */
export function DependencyBadges({ task, onPress }: { task: Task; onPress: Press }) {
  return (
    <>
      {task.blockedBy.length > 0 && (
        <button
          type="button"
          tabIndex={-1}
          aria-haspopup="dialog"
          onClick={onPress}
          className={`${chip} border-border-strong border-dashed text-neutral hover:bg-sunken`}
        >
          <Lock aria-hidden />
          Blocked by {task.blockedBy.length}
        </button>
      )}
      {task.blocks.length > 0 && (
        <button
          type="button"
          tabIndex={-1}
          aria-haspopup="dialog"
          onClick={onPress}
          className={`${chip} border-transparent bg-neutral-tint text-neutral hover:border-border-strong`}
        >
          <Link2 aria-hidden />
          Blocks {task.blocks.length}
        </button>
      )}
    </>
  );
}

/** The monitor has noticed how long it waits; the words go on by themselves. */
export function NoticedBadge({ task }: { task: Task }) {
  const now = useNow();
  if (!task.monitoredAt || !task.waitingSince) return null;
  return (
    <StateBadge state={conditionStates.noticed}>
      Monitor: waits for {now > 0 ? formatSpan(now - Date.parse(task.waitingSince)) : "long"}
    </StateBadge>
  );
}

/** What happens with it now: the running time, or the first reason why it waits, or how it ended. */
export function CardLine({ task, onWhy }: { task: Task; onWhy: Press }) {
  if (task.session) return <RunningLine task={task} />;
  if (task.status === "VALIDATING") return <StateBadge state={taskStates.VALIDATING} look="plain" />;
  if (task.status === "FAILED" || task.status === "STALLED") return <StoppedLine task={task} />;
  if (task.availableAt && task.status === "QUEUED") return <RetryLine task={task} until={task.availableAt} />;
  if (task.status === "DRAFT" && task.createdBy.type === "session") return <AddedLine task={task} />;
  if (!task.why || task.why.code === "DRAFT" || task.why.code === "BLOCKED_BY") return null;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-haspopup="dialog"
      onClick={onWhy}
      className="hit-area relative flex min-h-5 max-w-full items-center gap-1 rounded-sm text-start text-muted text-xs hover:text-text hover:underline"
    >
      <Hourglass aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{firstSentence(task.why.message)}</span>
      {task.queuePosition && task.why.code !== "QUEUE_POSITION" && (
        <span className="shrink-0 text-subtle tabular-nums">no. {task.queuePosition}</span>
      )}
    </button>
  );
}

/** A draft that no person wrote says so: it waits for one who reads it. */
function AddedLine({ task }: { task: Task }) {
  return (
    <p className="flex min-h-5 max-w-full items-center gap-1 text-muted text-xs">
      <Bot aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">Added by {task.createdBy.name}</span>
    </p>
  );
}

/** The card has room for the fact; what to do about it stands in the whole explanation. */
const firstSentence = (message: string) => message.split(/[.:] /)[0]!.replace(/\.$/, "");

/** Its session stands still until somebody answers. */
export const asksPerson = ({ session }: Task): boolean => session !== null && session.openQuestions > 0;

function RunningLine({ task }: { task: Task }) {
  const { session } = task;
  const isAsking = asksPerson(task);
  return (
    <span className="flex min-h-5 min-w-0 items-center gap-1.5 text-xs">
      <StateBadge
        state={isAsking ? conditionStates.needsYou : taskStates[task.status]}
        look="plain"
        className="shrink-0"
      />
      {session && <ElapsedTime since={session.startedAt} className={isAsking ? "text-attention" : "text-info"} />}
      {session && session.attempt > 1 && <span className="shrink-0 text-muted">attempt {session.attempt}</span>}
      {session?.liveLine && (
        <span aria-hidden className="truncate text-muted">
          {session.liveLine}
        </span>
      )}
    </span>
  );
}

/** Where the code says more than the last error. What to do stands in the task. */
const stoppedWords: Record<string, string> = {
  QUARANTINED: "Lost three times",
  PENDING_TIMEOUT: "Waited too long",
  SILENT: "Gave no sign of life",
  NO_HEARTBEAT: "Nobody spoke for its session",
  WAITED_TOO_OFTEN: "Had to wait too often",
};

function StoppedLine({ task }: { task: Task }) {
  return (
    <span className="flex min-h-5 min-w-0 items-center gap-1.5 text-xs">
      <StateBadge
        state={task.statusReason === "QUARANTINED" ? conditionStates.quarantined : taskStates[task.status]}
        look="plain"
        className="shrink-0"
      />
      <span className="truncate text-muted">{stoppedWords[task.statusReason ?? ""] ?? task.lastError}</span>
    </span>
  );
}

function RetryLine({ task, until }: { task: Task; until: string }) {
  const now = useNowBySecond();
  const attempt = `Retry ${Math.min(task.failures + 1, task.maxAttempts)}/${task.maxAttempts}`;
  const leftMs = Date.parse(until) - now;
  return (
    <span
      className="flex min-h-5 items-center gap-1 text-info text-xs"
      title={conditionStates.retryWaiting.description}
    >
      <RotateCw aria-hidden className="size-3.5" />
      {attempt}
      {now > 0 && (
        <span aria-hidden className="tabular-nums">
          {leftMs > 1000 ? `in ${formatDuration(leftMs)}` : "now"}
        </span>
      )}
    </span>
  );
}

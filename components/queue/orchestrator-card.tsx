"use client";

import type { ReactNode } from "react";
import { usageOf } from "@/components/queue/session-usage.ts";
import { conditionStates } from "@/components/state.ts";
import { formatBytes, formatCores } from "@/components/ui/format-amount.ts";
import { Progress } from "@/components/ui/progress.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";
import { pauseWords } from "@/lib/task/explain-resources.ts";

interface OrchestratorCardProps {
  orchestrator: OrchestratorUsage;
  /** From 1, in order of their start. */
  number: number;
}

/** One orchestrator: slots, CPU, memory, disk; what it has, has given out and sees used. */
export function OrchestratorCard({ orchestrator, number }: OrchestratorCardProps) {
  const { slots, cpus, memoryBytes, diskBytes, pausedReason, sessions } = orchestrator;
  // What nobody measured is not 0.
  const isMeasured = sessions.length === 0 || sessions.some((session) => usageOf(session).memoryBytes !== null);
  return (
    <li className="flex flex-col gap-2.5 rounded-lg border border-border bg-surface p-3">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <h3 className="font-medium text-sm">Orchestrator {number}</h3>
        <span className="text-subtle text-xs">
          started <RelativeTime at={orchestrator.startedAt} />
        </span>
        {pausedReason && <StateBadge state={conditionStates.paused} className="ms-auto" />}
      </div>
      {pausedReason && <p className="text-sm">{pauseWords(pausedReason)}</p>}
      <div className="flex flex-col gap-2.5">
        <Level name="Slots" value={slots.used} max={slots.limit}>
          {slots.used} of {slots.limit} taken
        </Level>
        <Level name="CPU" value={cpus.allocated} max={cpus.limit}>
          {givenOut(formatCores, cpus)}
          {isMeasured && `; ${formatCores(cpus.used)} used`}
        </Level>
        <Level name="Memory" value={memoryBytes.allocated} max={memoryBytes.limit}>
          {givenOut(formatBytes, memoryBytes)}
          {isMeasured && `; ${formatBytes(memoryBytes.used)} used`}
        </Level>
        <Level name="Disk" value={diskBytes.allocated} max={diskBytes.free}>
          {formatBytes(diskBytes.allocated)} given out
          {diskBytes.free === null ? "" : `; ${formatBytes(diskBytes.free)} free`}
        </Level>
      </div>
    </li>
  );
}

function givenOut(
  format: (amount: number) => string,
  { allocated, limit }: { allocated: number; limit: number | null },
) {
  return limit === null
    ? `${format(allocated)} given out, no limit known`
    : `${format(allocated)} of ${format(limit)} given out`;
}

interface LevelProps {
  name: string;
  value: number;
  /** null: not known, so there is nothing to fill. */
  max: number | null;
  children: ReactNode;
}

function Level({ name, value, max, children }: LevelProps) {
  return (
    <div className="flex flex-col gap-1">
      <p className="flex flex-wrap justify-between gap-x-3 text-xs">
        <span className="text-subtle">{name}</span>
        <span className="text-muted tabular-nums">{children}</span>
      </p>
      {max !== null && max > 0 && <Progress role="meter" label={`${name} given out`} value={value} max={max} />}
    </div>
  );
}

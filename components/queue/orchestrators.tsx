"use client";

import { ServerOff } from "lucide-react";
import { OrchestratorCard } from "@/components/queue/orchestrator-card.tsx";
import { QueueSection, rowsStyles } from "@/components/queue/queue-section.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";

export function Orchestrators({ orchestrators }: { orchestrators: readonly OrchestratorUsage[] }) {
  return (
    <QueueSection title="Orchestrators" count={orchestrators.length}>
      {orchestrators.length === 0 ? (
        <div className={rowsStyles}>
          <EmptyState
            isCompact
            icon={<ServerOff aria-hidden />}
            title="No orchestrator is running, so nothing starts."
            actions={
              <span className="flex items-center gap-1">
                <code className="font-mono text-mono-sm">npm run orchestrator</code>
                <CopyButton label="Copy the command that starts one" text="npm run orchestrator" />
              </span>
            }
          />
        </div>
      ) : (
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(18rem,100%),1fr))] gap-3">
          {orchestrators.map((orchestrator, index) => (
            <OrchestratorCard key={orchestrator.id} orchestrator={orchestrator} number={index + 1} />
          ))}
        </ul>
      )}
    </QueueSection>
  );
}

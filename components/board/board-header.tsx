"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, SlidersHorizontal } from "lucide-react";
import { AgentMeter } from "@/components/board/agent-meter.tsx";
import { AutonomousControl } from "@/components/board/autonomous-control.tsx";
import { useBoard } from "@/components/board/board-provider.tsx";
import { ChatButton } from "@/components/board/chat-button.tsx";
import { FilterField } from "@/components/board/filter-field.tsx";
import { useFilter } from "@/components/board/use-filter.ts";
import { HeaderBar } from "@/components/frame/header-bar.tsx";
import { Button } from "@/components/ui/button.tsx";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";
import { setDensity, useDensity } from "@/components/ui/use-density.ts";
import { projectQuery } from "@/lib/client/queries.ts";

export function BoardHeader() {
  const { projectId, show } = useBoard();
  const { showsCancelled, showCancelled } = useFilter();
  const { data: project } = useQuery(projectQuery(projectId));
  const density = useDensity();
  if (!project) return null;
  return (
    <HeaderBar
      title={project.name}
      tools={
        <>
          <FilterField />
          <DropdownMenu
            entries={[
              {
                kind: "check",
                id: "cancelled",
                label: "Cancelled tasks",
                isChecked: showsCancelled,
                onChange: showCancelled,
              },
              {
                kind: "check",
                id: "compact",
                label: "Compact cards",
                isChecked: density === "compact",
                onChange: (isCompact) => setDensity(isCompact ? "compact" : "comfortable"),
              },
            ]}
          >
            <IconButton label="Display" size="sm">
              <SlidersHorizontal aria-hidden />
            </IconButton>
          </DropdownMenu>
          <AgentMeter projectId={project.id} projectKey={project.key} />
        </>
      }
      actions={
        <>
          <ChatButton />
          <AutonomousControl project={project} />
          <Button icon={<Plus aria-hidden />} className="max-sm:hidden" onClick={() => show({ kind: "new" })}>
            <span>New task</span>
            <Kbd keys="c" />
          </Button>
        </>
      }
    />
  );
}

import type { ReactNode } from "react";
import { RulesSection } from "@/components/rule/rules-section.tsx";
import { AgentSwitches } from "@/components/settings/agent-switches.tsx";
import { Appearance } from "@/components/settings/appearance.tsx";
import { DangerZone } from "@/components/settings/danger-zone.tsx";
import { ExportCards } from "@/components/settings/export-cards.tsx";
import { FoundAgents } from "@/components/settings/found-agents.tsx";
import { GeneralFacts } from "@/components/settings/general-facts.tsx";
import { MonitorCheck } from "@/components/settings/monitor-check.tsx";
import type { SectionId } from "@/components/settings/setting-field.ts";
import { TaskFilesState } from "@/components/settings/task-files-state.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { UsageTable } from "@/components/usage/usage-table.tsx";
import type { Project } from "@/lib/project/schema.ts";

interface SectionContentProps {
  id: SectionId;
  project: Project;
  /** The section's fields that wait for Save. */
  fields: ReactNode[];
}

/** What stands in a section besides those fields. */
export function SectionContent({ id, project, fields }: SectionContentProps) {
  switch (id) {
    case "general":
      return (
        <>
          {fields}
          <TaskFilesState project={project} />
          <GeneralFacts project={project} />
          <ExportCards project={project} />
        </>
      );
    case "agents":
      return (
        <>
          <AgentSwitches project={project} />
          {fields}
        </>
      );
    case "rules":
      return <RulesSection project={project} />;
    case "monitor":
      return (
        <>
          <MonitorCheck projectId={project.id} />
          {fields}
        </>
      );
    case "sandbox":
    case "resources":
      return fields;
    case "budget":
      return (
        <>
          {fields}
          <UsageTable projectId={project.id} />
        </>
      );
    case "instance-agents":
      return (
        <>
          <FoundAgents />
          {fields}
        </>
      );
    case "instance":
    case "instance-monitor":
    case "instance-storage":
      return fields.length > 0 ? fields : <Skeleton className="h-72" />;
    case "appearance":
      return <Appearance />;
    case "danger":
      return <DangerZone project={project} />;
  }
}

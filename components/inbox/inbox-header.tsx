"use client";

import { useQuery } from "@tanstack/react-query";
import { AutonomousControl } from "@/components/board/autonomous-control.tsx";
import { HeaderBar } from "@/components/frame/header-bar.tsx";
import { projectQuery } from "@/lib/client/queries.ts";

export function InboxHeader({ projectId }: { projectId: string }) {
  const { data: project } = useQuery(projectQuery(projectId));
  return <HeaderBar title="Needs you" actions={project && <AutonomousControl project={project} />} />;
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { AutonomousControl } from "@/components/board/autonomous-control.tsx";
import { HeaderBar } from "@/components/frame/header-bar.tsx";
import { CheckNow } from "@/components/project/check-now.tsx";
import { projectQuery } from "@/lib/client/queries.ts";

/** The same switch as on the board, on every screen of a project. */
export function QueueHeader({ projectId }: { projectId: string }) {
  const { data: project } = useQuery(projectQuery(projectId));
  return (
    <HeaderBar
      title="Queue"
      actions={
        project && (
          <>
            <CheckNow projectId={project.id} />
            <AutonomousControl project={project} />
          </>
        )
      }
    />
  );
}

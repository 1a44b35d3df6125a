"use client";

import { useQuery } from "@tanstack/react-query";
import { FolderGit2 } from "lucide-react";
import { ErrorCard } from "@/components/error-card.tsx";
import { NewProjectLink } from "@/components/project/new-project-link.tsx";
import { ProjectCard } from "@/components/project/project-card.tsx";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useOverviewLive } from "@/lib/client/live.tsx";
import { projectsQuery } from "@/lib/client/queries.ts";

export function ProjectList() {
  useOverviewLive();
  const { data: projects, error, refetch } = useQuery(projectsQuery());
  if (error && !projects) {
    return (
      <ErrorCard title="Could not load the projects" onRetry={refetch}>
        {problemOf(error).message}
      </ErrorCard>
    );
  }
  if (projects?.length === 0) {
    return (
      <EmptyState
        icon={<FolderGit2 aria-hidden />}
        title="No projects yet"
        description="A project is a git repository with a board: its tasks run in clones of it."
        actions={<NewProjectLink />}
      />
    );
  }
  return (
    <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(22rem,100%),1fr))] gap-3 p-3 sm:p-4">
      {projects?.map((project) => (
        <li key={project.id}>
          <ProjectCard project={project} />
        </li>
      ))}
    </ul>
  );
}

import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { readProject, readTasks } from "@/app/prefetch.ts";
import { ProjectLive } from "@/components/project/project-live.tsx";
import { TitleBadge } from "@/components/project/title-badge.tsx";
import { keys } from "@/lib/client/keys.ts";

interface ProjectLayoutProps {
  params: Promise<{ key: string }>;
  children: ReactNode;
}

/** Everything inside a project: its data is in the page, and live from then on. */
export default async function ProjectLayout({ params, children }: ProjectLayoutProps) {
  const { key } = await params;
  const project = await readProject(key);
  if (project === null) notFound();
  const client = new QueryClient();
  client.setQueryData(keys.project(project.id), project);
  client.setQueryData(keys.project(project.key), project);
  client.setQueryData(keys.tasks(project.id), await readTasks(project.id));
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ProjectLive projectId={project.id} projectKey={project.key} after={project.lastSeq} />
      <TitleBadge projectId={project.id} />
      {children}
    </HydrationBoundary>
  );
}

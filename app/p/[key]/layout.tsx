import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { readProject, readTasks } from "@/app/prefetch.ts";
import { serverCall } from "@/app/server-call.ts";
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
  const { id: projectId } = project;
  const [tasks, questions, usage] = await Promise.all([
    readTasks(projectId),
    serverCall("question", "list", { projectId, limit: 200 }),
    serverCall("project", "usage", { projectId, days: 30 }),
  ]);
  client.setQueryData(keys.tasks(projectId), tasks);
  client.setQueryData(keys.questions(projectId), questions.items);
  client.setQueryData(keys.usage(projectId), usage);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <ProjectLive projectId={project.id} projectKey={project.key} after={project.lastSeq} />
      <TitleBadge projectId={project.id} />
      {children}
    </HydrationBoundary>
  );
}

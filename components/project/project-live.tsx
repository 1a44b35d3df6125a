"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { rememberProject } from "@/components/project/last-project.ts";
import { useProjectLive } from "@/lib/client/live.tsx";

interface ProjectLiveProps {
  projectId: string;
  projectKey: string;
  after: number;
}

/** Draws nothing: keeps the project's cache in step while one is inside it. */
export function ProjectLive({ projectId, projectKey, after }: ProjectLiveProps) {
  const router = useRouter();
  useProjectLive({ projectId, after, open: (path) => router.push(`/p/${projectKey}/${path}`) });
  useEffect(() => rememberProject(projectKey), [projectKey]);
  return null;
}

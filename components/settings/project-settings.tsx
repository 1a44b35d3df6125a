"use client";

import { useQuery } from "@tanstack/react-query";
import { ErrorCard } from "@/components/error-card.tsx";
import { SettingsForm } from "@/components/settings/settings-form.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { configQuery, projectQuery } from "@/lib/client/queries.ts";

/** The settings of a project, of the instance it lives on, and of this device. */
export function ProjectSettings({ projectKey }: { projectKey: string }) {
  const project = useQuery(projectQuery(projectKey));
  const config = useQuery(configQuery());
  // What is there stays, with what was typed into it: a later read may fail.
  const failed = [project, config].find(({ data, error }) => error && !data);

  if (failed?.error) {
    return (
      <ErrorCard title="Could not load the settings" onRetry={() => void failed.refetch()}>
        {problemOf(failed.error).message}
      </ErrorCard>
    );
  }
  if (!project.data) return <Loading />;
  return <SettingsForm key={project.data.id} project={project.data} config={config.data} />;
}

function Loading() {
  return (
    <div aria-busy className="mx-auto flex w-full max-w-4xl flex-col gap-5 px-4 pt-6 md:flex-row md:gap-10">
      <Skeleton className="h-48 w-full md:w-48" />
      <div className="flex flex-1 flex-col gap-5">
        <Skeleton className="h-7 w-40" />
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
      </div>
    </div>
  );
}

import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readProject } from "@/app/prefetch.ts";
import { serverCall } from "@/app/server-call.ts";
import { ProjectFrame } from "@/components/project/project-frame.tsx";
import { ProjectSettings } from "@/components/settings/project-settings.tsx";
import { SettingsHeader } from "@/components/settings/settings-header.tsx";
import { keys } from "@/lib/client/keys.ts";

interface SettingsPageProps {
  params: Promise<{ key: string }>;
}

export async function generateMetadata({ params }: SettingsPageProps): Promise<Metadata> {
  const project = await readProject((await params).key);
  return { title: project ? `Settings - ${project.name}` : "Not found" };
}

export default async function SettingsPage({ params }: SettingsPageProps) {
  const project = await readProject((await params).key);
  if (project === null) notFound();
  const client = new QueryClient();
  client.setQueryData(keys.config, await serverCall("config", "get", {}));
  return (
    <ProjectFrame
      project={{ id: project.id, key: project.key, name: project.name }}
      header={<SettingsHeader projectId={project.id} />}
    >
      <HydrationBoundary state={dehydrate(client)}>
        <ProjectSettings projectKey={project.key} />
      </HydrationBoundary>
    </ProjectFrame>
  );
}

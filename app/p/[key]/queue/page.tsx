import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readProject } from "@/app/prefetch.ts";
import { serverCall } from "@/app/server-call.ts";
import { ProjectFrame } from "@/components/project/project-frame.tsx";
import { QueueHeader } from "@/components/queue/queue-header.tsx";
import { QueueView } from "@/components/queue/queue-view.tsx";
import { keys } from "@/lib/client/keys.ts";

interface QueuePageProps {
  params: Promise<{ key: string }>;
}

export async function generateMetadata({ params }: QueuePageProps): Promise<Metadata> {
  const project = await readProject((await params).key);
  return { title: project ? `Queue - ${project.name}` : "Not found" };
}

export default async function QueuePage({ params }: QueuePageProps) {
  const project = await readProject((await params).key);
  if (project === null) notFound();
  const client = new QueryClient();
  client.setQueryData(keys.queue({}), await serverCall("queue", "status", {}));
  client.setQueryData(keys.resources, await serverCall("resource", "usage", {}));
  return (
    <ProjectFrame
      project={{ id: project.id, key: project.key, name: project.name }}
      header={<QueueHeader projectId={project.id} />}
    >
      <HydrationBoundary state={dehydrate(client)}>
        <QueueView projectId={project.id} projectKey={project.key} />
      </HydrationBoundary>
    </ProjectFrame>
  );
}

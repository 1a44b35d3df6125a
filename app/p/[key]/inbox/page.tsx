import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readProject } from "@/app/prefetch.ts";
import { InboxHeader } from "@/components/inbox/inbox-header.tsx";
import { InboxView } from "@/components/inbox/inbox-view.tsx";
import { ProjectFrame } from "@/components/project/project-frame.tsx";

interface InboxPageProps {
  params: Promise<{ key: string }>;
}

export async function generateMetadata({ params }: InboxPageProps): Promise<Metadata> {
  const project = await readProject((await params).key);
  return { title: project ? `Needs you - ${project.name}` : "Not found" };
}

/** What it shows is in the layout's data already. */
export default async function InboxPage({ params }: InboxPageProps) {
  const project = await readProject((await params).key);
  if (project === null) notFound();
  return (
    <ProjectFrame
      project={{ id: project.id, key: project.key, name: project.name }}
      header={<InboxHeader projectId={project.id} />}
    >
      <InboxView projectId={project.id} />
    </ProjectFrame>
  );
}

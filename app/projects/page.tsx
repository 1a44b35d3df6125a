import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { serverCall } from "@/app/server-call.ts";
import { HeaderBar } from "@/components/frame/header-bar.tsx";
import { NewProjectLink } from "@/components/project/new-project-link.tsx";
import { PlainFrame } from "@/components/project/plain-frame.tsx";
import { ProjectList } from "@/components/project/project-list.tsx";
import { keys } from "@/lib/client/keys.ts";

export const metadata: Metadata = { title: "Projects" };

export default async function Projects() {
  const client = new QueryClient();
  client.setQueryData(keys.projects, (await serverCall("project", "list", { limit: 200 })).items);
  return (
    <HydrationBoundary state={dehydrate(client)}>
      <PlainFrame header={<HeaderBar title="Projects" actions={<NewProjectLink />} />}>
        <ProjectList />
      </PlainFrame>
    </HydrationBoundary>
  );
}

import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/lib/client/keys.ts";
import type { Project } from "@/lib/project/schema.ts";

/** A read that was under way while events came keeps the counts those events brought. */
export function keepNewerProject(read: Project, cached: Project | undefined): Project {
  if (!cached || cached.id !== read.id || cached.lastSeq <= read.lastSeq) return read;
  return { ...read, counts: cached.counts, lastSeq: cached.lastSeq };
}

/** Changes a project wherever it is cached: by id, by key, in the list. */
export function patchProject(client: QueryClient, id: string, change: (project: Project) => Project): void {
  client.setQueriesData<Project>({ queryKey: ["project"] }, (project) =>
    project?.id === id ? change(project) : project,
  );
  client.setQueryData<Project[]>(keys.projects, (projects) =>
    projects?.map((project) => (project.id === id ? change(project) : project)),
  );
}

export function findProject(client: QueryClient, id: string): Project | undefined {
  return client
    .getQueriesData<Project>({ queryKey: ["project"] })
    .map(([, project]) => project)
    .find((project) => project?.id === id);
}

export function refreshProject(client: QueryClient, id: string): void {
  void client.invalidateQueries({
    predicate: ({ queryKey, state }) =>
      (queryKey[0] === "project" && (state.data as Project | undefined)?.id === id) || queryKey[0] === "projects",
  });
}

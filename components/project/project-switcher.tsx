"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, FolderGit2, Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { projectsQuery } from "@/lib/client/queries.ts";

/** The project one is in, and the way to the others. */
export function ProjectSwitcher({ projectKey, name }: { projectKey?: string; name?: string }) {
  const router = useRouter();
  const { data: projects = [] } = useQuery(projectsQuery());
  const options = projects.map(({ key, name }) => ({ id: key, value: key, label: name, note: key }));
  const entries: MenuEntry[] = [
    {
      kind: "choice",
      id: "project",
      value: projectKey ?? "",
      options,
      onChange: (key) => router.push(`/p/${key}`),
    },
    { kind: "separator", id: "line" },
    { id: "all", label: "All projects", icon: <FolderGit2 aria-hidden />, onSelect: () => router.push("/projects") },
    { id: "new", label: "New project", icon: <Plus aria-hidden />, onSelect: () => router.push("/projects/new") },
  ];
  const label = projectKey ? `Project ${name}, switch` : "Choose a project";
  return (
    <DropdownMenu entries={entries} align="start">
      <button
        type="button"
        aria-label={label}
        className="flex min-h-9 w-full min-w-0 items-center gap-2 rounded-md border border-border bg-surface px-2 text-start font-medium hover:border-border-strong"
      >
        <FolderGit2 aria-hidden className="size-4 shrink-0 text-muted @max-[8rem]:mx-auto" />
        <span className="min-w-0 flex-1 truncate @max-[8rem]:sr-only">{name ?? "Projects"}</span>
        <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-subtle @max-[8rem]:hidden" />
      </button>
    </DropdownMenu>
  );
}

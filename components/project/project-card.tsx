import { Infinity as InfinityIcon, Pause } from "lucide-react";
import Link from "next/link";
import { taskStates } from "@/components/state.ts";
import { Badge } from "@/components/ui/badge.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import type { Project } from "@/lib/project/schema.ts";
import { taskStatuses } from "@/lib/task/machine.ts";

/** What a project is doing, at a glance; the whole card is the way in. */
export function ProjectCard({ project }: { project: Project }) {
  const counted = taskStatuses.filter((status) => (project.counts[status] ?? 0) > 0);
  return (
    <article className="relative flex h-full flex-col gap-2 rounded-lg border border-border bg-surface p-3 hover:border-border-strong has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-focus has-[a:focus-visible]:outline-offset-2">
      <div className="flex items-baseline gap-2">
        <h2 className="min-w-0 truncate font-semibold text-base">
          <Link href={`/p/${project.key}`} className="outline-none after:absolute after:inset-0">
            {project.name}
          </Link>
        </h2>
        <span className="font-mono text-subtle text-xs">{project.key}</span>
        {project.isDemo && <Badge className="ms-auto">Demo</Badge>}
      </div>
      <p className="truncate font-mono text-muted text-xs" title={project.repoPath ?? project.repoUrl ?? undefined}>
        {project.repoPath ?? project.repoUrl} <span className="text-subtle">({project.baseBranch})</span>
      </p>
      <p className="flex min-h-5 flex-wrap gap-x-3 gap-y-1">
        {counted.length === 0 && <span className="text-subtle text-xs">No tasks yet</span>}
        {counted.map((status) => (
          <StateBadge key={status} state={taskStates[status]} look="plain">
            {project.counts[status]} {taskStates[status].label.toLowerCase()}
          </StateBadge>
        ))}
      </p>
      <p className="mt-auto flex items-center gap-3 pt-1 text-muted text-xs [&_svg]:size-3.5">
        <span className="flex items-center gap-1">
          {project.autonomousExecutionEnabled ? (
            <InfinityIcon aria-hidden className="text-accent" />
          ) : (
            <Pause aria-hidden className="text-subtle" />
          )}
          {project.autonomousExecutionEnabled ? "Autonomous: ON" : "Autonomous: off"}
        </span>
        <span className="ms-auto">
          Changed <RelativeTime at={project.updatedAt} />
        </span>
      </p>
    </article>
  );
}

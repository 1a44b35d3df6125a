"use client";

import { MessageSquareQuote } from "lucide-react";
import { DependenciesSection } from "@/components/task/dependencies-section.tsx";
import { DescriptionSection } from "@/components/task/description-section.tsx";
import { DetailsSection } from "@/components/task/details-section.tsx";
import { EscalationSection } from "@/components/task/escalation-section.tsx";
import { FileSection } from "@/components/task/file-section.tsx";
import { newestSession } from "@/components/task/group-sessions.ts";
import { LastError } from "@/components/task/last-error.tsx";
import { LazyMarkdown } from "@/components/task/lazy-markdown.tsx";
import { ResultSection } from "@/components/task/result-section.tsx";
import { SpecSection } from "@/components/task/spec-section.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { WhySection } from "@/components/task/why-section.tsx";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface OverviewTabProps {
  task: Task;
  projectKey: string;
  sessions: readonly Session[];
  isEditing: boolean;
  onEdit: (isEditing: boolean) => void;
  onShowLog: () => void;
}

/** What is in the way, what it is, what came of it. */
export function OverviewTab({ task, projectKey, sessions, isEditing, onEdit, onShowLog }: OverviewTabProps) {
  return (
    <div className="flex flex-col gap-5 p-4">
      <LastError task={task} reason={newestSession(sessions)?.reason ?? null} onShowLog={onShowLog} />
      <WhySection task={task} projectKey={projectKey} />
      <EscalationSection task={task} projectKey={projectKey} sessions={sessions} />
      <FileSection task={task} />
      {task.feedback && (
        <TaskSection title="Feedback">
          <div className="flex gap-2 rounded-lg border border-attention bg-attention-tint px-3 py-2">
            <MessageSquareQuote aria-hidden className="mt-1 size-4 shrink-0 text-attention" />
            <LazyMarkdown text={task.feedback} className="min-w-0" />
          </div>
        </TaskSection>
      )}
      <ResultSection task={task} />
      <DescriptionSection task={task} isEditing={isEditing} onEdit={onEdit} />
      <SpecSection task={task} />
      <DependenciesSection task={task} projectKey={projectKey} />
      <DetailsSection task={task} />
    </div>
  );
}

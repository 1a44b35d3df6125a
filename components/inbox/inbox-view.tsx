"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useRef } from "react";
import { MoreFailed } from "@/components/board/more-failed.tsx";
import { ErrorCard } from "@/components/error-card.tsx";
import { InboxTask } from "@/components/inbox/inbox-task.tsx";
import { inboxKeys, useInboxKeys } from "@/components/inbox/use-inbox-keys.ts";
import { useKeptPlace } from "@/components/inbox/use-kept-place.ts";
import { QuestionCard } from "@/components/question/question-card.tsx";
import { QueueSection, rowsStyles } from "@/components/queue/queue-section.tsx";
import { TaskLink } from "@/components/queue/task-link.tsx";
import { useShortcuts } from "@/components/shortcuts.ts";
import { EmptyState } from "@/components/ui/empty-state.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { projectQuery, questionsQuery } from "@/lib/client/queries.ts";
import { useColumn } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

/** All that waits for a person: agents first, since they stand still meanwhile; then finished work; then what stopped. */
export function InboxView({ projectId }: { projectId: string }) {
  const root = useRef<HTMLDivElement>(null);
  const { data: project } = useQuery(projectQuery(projectId));
  const questions = useQuery(questionsQuery(projectId));
  const review = useColumn(projectId, "review");
  const stopped = useColumn(projectId, "stopped");
  const onKeyDown = useInboxKeys(root);
  useShortcuts(inboxKeys);
  const asked = questions.data ?? [];
  useKeptPlace(root, [...asked, ...review.tasks, ...stopped.tasks].map(({ id }) => id).join());

  if (questions.error && !questions.data)
    return (
      <ErrorCard title="Could not load what agents ask" onRetry={() => void questions.refetch()}>
        {problemOf(questions.error).message}
      </ErrorCard>
    );
  if (!project || !questions.data) return <Skeleton className="m-4 h-64" />;
  const isEmpty = asked.length + review.total + stopped.total === 0;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the rows inside
    <div ref={root} onKeyDown={onKeyDown} className="mx-auto flex w-full max-w-4xl flex-col gap-6 p-4">
      {isEmpty && (
        <EmptyState
          icon={<CircleCheck aria-hidden />}
          title="Nothing needs you."
          description="What agents ask, finished work to review and tasks that stopped land here."
        />
      )}
      {asked.length > 0 && (
        <QueueSection title="Agents ask" count={asked.length}>
          <ul className="flex flex-col gap-3">
            {asked.map((question) => (
              <li key={question.id} data-item>
                <QuestionCard
                  question={question}
                  onTimeout={project.settings.questionOnTimeout}
                  subject={<TaskLink taskKey={question.taskKey} title={question.taskTitle} />}
                />
              </li>
            ))}
          </ul>
        </QueueSection>
      )}
      <TaskSection title="To review" {...review} />
      <TaskSection title="Stopped" {...stopped} />
    </div>
  );
}

interface TaskSectionProps {
  title: string;
  tasks: readonly Task[];
  total: number;
  hasMore: boolean;
  hasFailed: boolean;
  loadMore: () => void;
}

function TaskSection({ title, tasks, total, hasMore, hasFailed, loadMore }: TaskSectionProps) {
  if (tasks.length === 0) return null;
  return (
    <QueueSection title={title} count={total}>
      <ul className={rowsStyles}>
        {tasks.map((task) => (
          <InboxTask key={task.id} task={task} />
        ))}
      </ul>
      {hasMore && hasFailed && <MoreFailed onRetry={loadMore} />}
      {hasMore && !hasFailed && (
        <button
          type="button"
          onClick={loadMore}
          className="self-start text-accent text-sm underline underline-offset-2"
        >
          Show more
        </button>
      )}
    </QueueSection>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { ReasonAction } from "@/components/task/reason-action.tsx";
import { ReasonText } from "@/components/task/reason-text.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { WaitingSince } from "@/components/task/waiting-since.tsx";
import { explanationQuery, projectQuery } from "@/lib/client/queries.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Why it is not running: every reason in the order in which they decide, each with what can be done about it. */
export function WhySection({ task, projectKey }: { task: Task; projectKey: string }) {
  const isWaiting = ["DRAFT", "APPROVED", "QUEUED"].includes(task.status);
  const { data: project } = useQuery(projectQuery(task.projectId));
  const { data } = useQuery({ ...explanationQuery(task.id), enabled: isWaiting });
  const isAutonomous = project?.autonomousExecutionEnabled;
  // The task's own first reason stands until the whole list is here, and when it is of another status.
  const told = data?.status === task.status ? data.reasons : task.why ? [task.why] : [];
  const known = told.filter(({ code }) => code !== "AUTONOMOUS_OFF" || isAutonomous !== true);
  if (!isWaiting || known.length === 0) return null;
  return (
    <TaskSection title="Why it is not running">
      <WaitingSince task={task} />
      <ol className="rounded-lg border border-border">
        {known.map((reason, index) => (
          <li
            key={`${reason.code} ${reason.message}`}
            className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-border border-b px-3 py-2 last:border-b-0"
          >
            <p className="flex min-w-48 flex-1 gap-2 text-sm">
              <span aria-hidden className="text-subtle tabular-nums">
                {index + 1}.
              </span>
              <span className="min-w-0 [overflow-wrap:anywhere]">
                <ReasonText reason={reason} />
              </span>
            </p>
            <ReasonAction reason={reason} task={task} projectKey={projectKey} />
          </li>
        ))}
      </ol>
    </TaskSection>
  );
}

"use client";

import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { LinkButton } from "@/components/ui/link-button.tsx";
import { useAutonomous, useTaskVerb } from "@/lib/client/mutations.ts";
import { useResumeAgent } from "@/lib/client/queue.ts";
import { useTask } from "@/lib/client/tasks.ts";
import type { Reason, Task } from "@/lib/task/schema.ts";

interface ReasonActionProps {
  reason: Reason;
  task: Task;
  projectKey: string;
}

/** What a person can do about one reason; nothing where only time helps. */
export function ReasonAction({ reason, task, projectKey }: ReasonActionProps) {
  const verb = useTaskVerb();
  const autonomous = useAutonomous(task.projectId);
  const resume = useResumeAgent();
  const queue = (force: boolean) => verb.mutate({ task, verb: "queue", input: force ? { force } : {} });

  switch (reason.code) {
    case "DRAFT":
      return (
        <Button size="sm" isBusy={verb.isPending} onClick={() => verb.mutate({ task, verb: "approve" })}>
          Approve
        </Button>
      );
    case "BLOCKED_BY":
      return (
        <span className="flex flex-wrap gap-2">
          <OpenBlocker id={reason.taskIds?.[0]} {...{ task, projectKey }} />
          {task.status === "APPROVED" && (
            <Button size="sm" isBusy={verb.isPending} onClick={() => queue(true)}>
              Queue anyway
            </Button>
          )}
        </span>
      );
    case "DEPENDENCY_FAILED":
      return <OpenBlocker id={reason.taskIds?.[0]} {...{ task, projectKey }} />;
    case "AUTONOMOUS_OFF":
      return (
        <span className="flex flex-wrap gap-2">
          <Button size="sm" isBusy={autonomous.isPending} onClick={() => autonomous.mutate(true)}>
            Turn autonomous mode on
          </Button>
          {task.status === "APPROVED" && task.blockedBy.length === 0 && (
            <Button size="sm" isBusy={verb.isPending} onClick={() => queue(false)}>
              Queue it
            </Button>
          )}
        </span>
      );
    case "NOT_DUE":
      return (
        <Button size="sm" isBusy={verb.isPending} onClick={() => verb.mutate({ task, verb: "unqueue" })}>
          Take out of the queue
        </Button>
      );
    case "RATE_LIMIT":
      return (
        <Button size="sm" isBusy={resume.isPending} onClick={() => resume.mutate(task.type)}>
          Resume {task.type} now
        </Button>
      );
    case "PROJECT_LIMIT":
      return (
        <LinkButton size="sm" href={`/p/${projectKey}/settings#agents`}>
          Open settings
        </LinkButton>
      );
    case "CAPACITY":
      return (
        <span className="flex flex-wrap gap-2">
          <OpenQueue projectKey={projectKey} />
          <LinkButton size="sm" href={`/p/${projectKey}/settings#instance`}>
            Open limits
          </LinkButton>
        </span>
      );
    case "RESOURCE":
    case "CLEANING_UP":
    case "QUEUE_POSITION":
      return <OpenQueue projectKey={projectKey} />;
    case "NO_WORKER":
      return (
        <span className="flex items-center gap-1">
          <code className="font-mono text-mono-sm">npm run orchestrator</code>
          <CopyButton label="Copy the command that starts one" text="npm run orchestrator" />
        </span>
      );
    default:
      return null;
  }
}

function OpenQueue({ projectKey }: { projectKey: string }) {
  return (
    <LinkButton size="sm" href={`/p/${projectKey}/queue`}>
      Open the queue
    </LinkButton>
  );
}

function OpenBlocker({ id, task, projectKey }: { id: string | undefined; task: Task; projectKey: string }) {
  const { task: blocker } = useTask(task.projectId, id ?? task.id);
  if (!id || !blocker) return null;
  return (
    <LinkButton size="sm" href={`/p/${projectKey}/t/${blocker.key}`}>
      Open {blocker.key}
    </LinkButton>
  );
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { CodeBlock } from "@/components/task/spec-view.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { briefQuery } from "@/lib/client/queries.ts";
import type { Task } from "@/lib/task/schema.ts";

/** What the agent of the next session will be told, to the letter. */
export function BriefPreview({ task }: { task: Task }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="flex flex-col items-start gap-2">
      <Button
        size="sm"
        icon={isOpen ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? "Hide the prompt" : "Preview the prompt"}
      </Button>
      {isOpen && <Brief key={`${task.version}.${task.attempts}`} taskId={task.id} />}
    </div>
  );
}

function Brief({ taskId }: { taskId: string }) {
  const { data, error } = useQuery(briefQuery(taskId));
  if (error && !data)
    return <p className="text-danger text-sm">Could not read the prompt. {problemOf(error).message}</p>;
  if (!data) return <Skeleton className="h-32 w-full" />;
  return (
    <div className="flex w-full flex-col gap-3">
      {data.followUp !== null && (
        <div className="flex flex-col gap-1">
          <p className="text-muted text-sm">The agent that goes on with its conversation is told only this:</p>
          <CodeBlock label="follow-up" text={data.followUp} />
        </div>
      )}
      <div className="flex flex-col gap-1">
        <p className="text-muted text-sm">
          {data.followUp === null ? "The agent is told exactly this:" : "Where it cannot go on, it is told this:"}
        </p>
        <CodeBlock label="prompt" text={data.prompt ?? ""} />
      </div>
    </div>
  );
}

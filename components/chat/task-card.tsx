import Link from "next/link";
import { taskStates } from "@/components/state.ts";
import { Button } from "@/components/ui/button.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { isVerbLegal, type PersonVerb } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

interface TaskCardProps {
  task: Task;
  projectKey: string;
  onVerb: (verb: PersonVerb) => void;
}

/** A task inside the thread: where it stands, why it waits, and the next step. */
export function TaskCard({ task, projectKey, onVerb }: TaskCardProps) {
  const next = steps.find(({ verb }) => isVerbLegal(verb, task.status));
  const why = task.why?.message ?? (task.status === "FAILED" ? task.lastError : null);
  return (
    <article
      aria-label={`Task ${task.key}`}
      className="flex w-full flex-col gap-1.5 rounded-lg border border-border bg-bg p-3"
    >
      <div className="flex items-center gap-2">
        <Link
          href={`/p/${projectKey}/t/${task.key}`}
          className="hit-area relative font-mono text-accent text-mono-sm underline-offset-4 hover:underline"
        >
          {task.key}
        </Link>
        <StateBadge state={taskStates[task.status]} className="ms-auto" />
      </div>
      <p className="line-clamp-2 font-medium text-sm [overflow-wrap:anywhere]">{task.title}</p>
      {why && <p className="line-clamp-2 text-muted text-xs [overflow-wrap:anywhere]">{why}</p>}
      <div className="flex flex-wrap gap-2 empty:hidden">
        {next && (
          <Button size="sm" aria-label={`${next.label} ${task.key}`} onClick={() => onVerb(next.verb)}>
            {next.label}
          </Button>
        )}
        {isVerbLegal("cancel", task.status) && (
          <Button size="sm" variant="ghost" aria-label={`Cancel ${task.key}`} onClick={() => onVerb("cancel")}>
            Cancel
          </Button>
        )}
      </div>
    </article>
  );
}

const steps: readonly { verb: PersonVerb; label: string }[] = [
  { verb: "approve", label: "Approve" },
  { verb: "queue", label: "Start" },
  { verb: "retry", label: "Retry" },
];

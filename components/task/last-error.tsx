"use client";

import { taskStates } from "@/components/state.ts";
import { adviceFor, reasonSentence } from "@/components/task/reason-words.ts";
import { Button } from "@/components/ui/button.tsx";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import { useTaskVerb } from "@/lib/client/mutations.ts";
import { isVerbLegal, verbLabels } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

/** The two ways on: the same again, or back to the start. */
const againVerbs = ["retry", "reopen"] as const;
const againHints = {
  retry: "Queues it again, with fresh attempts",
  reopen: "Back to Approved, as if it had never run",
};

interface LastErrorProps {
  task: Task;
  /** Code of how the newest attempt ended. */
  reason: string | null;
  onShowLog: () => void;
}

/** What went wrong the last time, in plain words, and what to do. Gone once the task has done its work. */
export function LastError({ task, reason, onShowLog }: LastErrorProps) {
  const { mutate, isPending } = useTaskVerb();
  const isBroken = task.status === "FAILED" || task.status === "STALLED";
  if (["COMPLETED", "REVIEW", "CANCELLED"].includes(task.status)) return null;
  if (!isBroken && task.lastError === null) return null;
  const code = isBroken ? (task.statusReason ?? reason) : reason;
  const sentence = reasonSentence(code);
  const advice = adviceFor(code);
  return (
    <section
      aria-label="Last error"
      className="flex flex-col gap-1.5 rounded-lg border border-danger bg-danger-tint px-3 py-2.5"
    >
      <p className="flex items-start gap-2 font-medium text-danger">
        <StateIcon state={taskStates[isBroken ? task.status : "FAILED"]} className="mt-0.5 size-4" />
        <span className="min-w-0 [overflow-wrap:anywhere]">{task.lastError ?? sentence ?? "It stopped."}</span>
      </p>
      {task.lastError && sentence && sentence !== task.lastError && <p className="text-text text-sm">{sentence}</p>}
      {advice && <p className="text-text text-sm">{advice}</p>}
      <div className="flex flex-wrap gap-2">
        {task.attempts > 0 && (
          <Button size="sm" onClick={onShowLog}>
            Read the log
          </Button>
        )}
        {isBroken &&
          againVerbs
            .filter((verb) => isVerbLegal(verb, task.status))
            .map((verb) => (
              <Button
                key={verb}
                size="sm"
                isBusy={isPending}
                title={againHints[verb]}
                onClick={() => mutate({ task, verb })}
              >
                {verbLabels[verb]}
              </Button>
            ))}
      </div>
    </section>
  );
}

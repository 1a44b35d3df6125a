"use client";

import { feedbackDraft } from "@/components/prompt/prompt-list.tsx";
import { WordsForm } from "@/components/prompt/words-form.tsx";
import { useDraft } from "@/components/task/use-draft.ts";
import { useContinue } from "@/lib/client/agent-mutations.ts";
import { problemOf } from "@/lib/client/api.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Another attempt with what a person says about this one. Not while one waits or runs: that one would not hear it. */
export function ContinueBox({ task, session }: { task: Task; session: Session }) {
  const [draft, setDraft] = useDraft(feedbackDraft(task.id));
  const { mutate, isPending, error } = useContinue(session.id);
  const isUnderWay = ["QUEUED", "RUNNING", "VALIDATING"].includes(task.status);
  if (isUnderWay || isSessionLive(session.status)) return null;
  return (
    <WordsForm
      label="Continue with feedback"
      help={`${effects[task.status] ?? "Queues the task again."} An agent that can goes on with its conversation. Ctrl or Cmd + Enter sends.`}
      action="Continue"
      text={draft ?? ""}
      onTextChange={(next) => setDraft(next || null)}
      onSend={(words) => mutate(words, { onSuccess: () => setDraft(null) })}
      isBusy={isPending}
      problem={error && <span>{problemOf(error).message} What you wrote is kept.</span>}
    />
  );
}

const effects: Partial<Record<Task["status"], string>> = {
  REVIEW: "The work goes back to the agent.",
  COMPLETED: "Reopens the task and queues it again.",
  CANCELLED: "Reopens the task and queues it again.",
};

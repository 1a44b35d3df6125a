"use client";

import { feedbackDraft } from "@/components/prompt/prompt-list.tsx";
import { WordsForm } from "@/components/prompt/words-form.tsx";
import { useDraft } from "@/components/task/use-draft.ts";
import { Button } from "@/components/ui/button.tsx";
import { useSay } from "@/lib/client/agent-mutations.ts";
import { announce } from "@/lib/client/announce.ts";
import { problemOf } from "@/lib/client/api.ts";
import type { Session } from "@/lib/session/schema.ts";

/** Says something to an agent while it works. */
export function SayBox({ session, taskId }: { session: Session; taskId: string }) {
  const [draft, setDraft] = useDraft(`${session.id}.say`);
  const [feedback, setFeedback] = useDraft(feedbackDraft(taskId));
  const say = useSay(session.id);
  const text = draft ?? "";
  const problem = say.error ? problemOf(say.error) : null;

  const keepAsFeedback = () => {
    setFeedback([feedback, text].filter(Boolean).join("\n\n"));
    setDraft(null);
    say.reset();
    announce("Kept as feedback for the next attempt.");
  };

  return (
    <WordsForm
      label="Say something to the agent"
      help="Delivered at its next turn. Ctrl or Cmd + Enter sends."
      action="Send"
      text={text}
      onTextChange={(next) => setDraft(next || null)}
      onSend={(words) => say.mutate(words, { onSuccess: () => setDraft(null) })}
      isBusy={say.isPending}
      problem={
        problem && (
          <>
            <span>{problem.message} What you wrote is kept.</span>
            {problem.code === "PROMPT_REFUSED" && (
              <Button size="sm" onClick={keepAsFeedback}>
                Use as feedback
              </Button>
            )}
          </>
        )
      }
    />
  );
}

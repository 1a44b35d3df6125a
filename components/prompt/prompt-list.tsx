"use client";

import { CircleCheck, CircleX, Hourglass } from "lucide-react";
import { ActorIcon } from "@/components/task/actor-icon.tsx";
import { useDraft } from "@/components/task/use-draft.ts";
import { Button } from "@/components/ui/button.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { announce } from "@/lib/client/announce.ts";
import type { SessionPrompt } from "@/lib/session/schema.ts";

interface PromptListProps {
  prompts: readonly SessionPrompt[];
  taskId: string;
}

/** What people said to a session and what became of it. Open while something waits or was refused. */
export function PromptList({ prompts, taskId }: PromptListProps) {
  const isPending = prompts.some(({ deliveredAt }) => deliveredAt === null);
  return (
    <details open={isPending || undefined} className="shrink-0 rounded-lg border border-border bg-surface">
      <summary className="cursor-pointer rounded-lg px-3 py-1.5 text-muted text-sm -outline-offset-2 hover:text-text">
        Said to this session: {prompts.length}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <ul tabIndex={0} aria-label="Said to this session" className="max-h-44 overflow-y-auto -outline-offset-2">
        {prompts.map((prompt) => (
          <PromptRow key={prompt.id} prompt={prompt} taskId={taskId} />
        ))}
      </ul>
    </details>
  );
}

function PromptRow({ prompt, taskId }: { prompt: SessionPrompt; taskId: string }) {
  const [feedback, setFeedback] = useDraft(feedbackDraft(taskId));
  const { author, createdAt, text, refusal } = prompt;
  const keepAsFeedback = () => {
    setFeedback(feedback?.includes(text) ? feedback : [feedback, text].filter(Boolean).join("\n\n"));
    announce("Kept as feedback for the next attempt.");
  };
  return (
    <li className="flex flex-col gap-1 border-border border-t px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
        <ActorIcon type={author.type} />
        <span className="font-medium">{author.name}</span>
        <RelativeTime at={createdAt} className="text-subtle" />
        <PromptState prompt={prompt} />
      </div>
      <p className="line-clamp-3 whitespace-pre-wrap text-sm [overflow-wrap:anywhere]">{text}</p>
      {refusal !== null && (
        <div className="flex flex-wrap items-center justify-between gap-2">
          <span className="min-w-0 text-danger text-xs">{refusal}</span>
          <Button size="sm" onClick={keepAsFeedback}>
            Use as feedback
          </Button>
        </div>
      )}
    </li>
  );
}

/** Shared with the dialog that requests changes: what was typed for one is there in the other. */
export const feedbackDraft = (taskId: string) => `${taskId}.feedback`;

function PromptState({ prompt: { deliveredAt, refusal } }: { prompt: SessionPrompt }) {
  if (refusal !== null)
    return (
      <span className="flex items-center gap-1 text-danger">
        <CircleX aria-hidden className="size-3.5" /> Refused
      </span>
    );
  if (deliveredAt === null)
    return (
      <span className="flex items-center gap-1 text-muted">
        <Hourglass aria-hidden className="size-3.5" /> Waits for the agent's next turn
      </span>
    );
  return (
    <span className="flex items-center gap-1 text-success">
      <CircleCheck aria-hidden className="size-3.5" />
      <span>
        Taken <RelativeTime at={deliveredAt} />
      </span>
    </span>
  );
}

"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useDraft } from "@/components/task/use-draft.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import { whenFeedbackTaken } from "@/lib/client/mutations.ts";
import type { Task } from "@/lib/task/schema.ts";

interface FeedbackDialogProps {
  task: Task;
  open: boolean;
  onOpenChange: (isOpen: boolean) => void;
  onSend: (feedback: string) => void;
}

/** Asks what is to be different. What is typed is kept on this device until the server has taken it. */
export function FeedbackDialog({ task, open, onOpenChange, onSend }: FeedbackDialogProps) {
  const [draft, setDraft] = useDraft(`${task.id}.feedback`);
  const [error, setError] = useState<string>();
  const client = useQueryClient();
  const text = draft ?? "";

  const send = () => {
    if (text.trim() === "") return setError("Say what is to be different.");
    const feedback = text.trim();
    whenFeedbackTaken(client, task, feedback, () => setDraft(null));
    onSend(feedback);
    setError(undefined);
    onOpenChange(false);
  };

  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Request changes to ${task.key}`}
      description="The task goes back to the queue; the next attempt is given this text."
      footer={
        <>
          <Button onClick={() => onOpenChange(false)}>Cancel</Button>
          <Button variant="primary" onClick={send}>
            Request changes
          </Button>
        </>
      }
    >
      <Field label="Feedback" isRequired error={error} help="Ctrl or Cmd + Enter sends.">
        <Textarea
          rows={5}
          maxLength={65_536}
          value={text}
          onChange={(event) => setDraft(event.target.value || null)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            send();
          }}
        />
      </Field>
    </Dialog>
  );
}

import { useState } from "react";
import type { OneCard } from "@/components/board/dialogs.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import { useTaskVerb } from "@/lib/client/mutations.ts";

export function FeedbackDialog({ task, onClose }: OneCard) {
  const [feedback, setFeedback] = useState("");
  const [isAsked, setAsked] = useState(false);
  const verbs = useTaskVerb();
  const send = () => {
    setAsked(true);
    if (feedback.trim() === "") return;
    onClose();
    verbs.mutate({ task, verb: "requestChanges", input: { feedback: feedback.trim() } });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Request changes to ${task.key}`}
      description="It is queued again, and the next attempt is told what you write here."
      footer={
        <Button variant="primary" onClick={send}>
          Request changes
        </Button>
      }
    >
      <Field
        label="Feedback"
        isRequired
        error={isAsked && feedback.trim() === "" ? "Say what should be different." : undefined}
      >
        <Textarea
          rows={5}
          value={feedback}
          onChange={(event) => setFeedback(event.target.value)}
          onKeyDown={(event) => (event.metaKey || event.ctrlKey) && event.key === "Enter" && send()}
        />
      </Field>
    </Dialog>
  );
}

import type { OneCard } from "@/components/board/dialogs.ts";
import { FeedbackDialog } from "@/components/task/feedback-dialog.tsx";
import { useTaskVerb } from "@/lib/client/mutations.ts";

/** Sends a card back from the board. */
export function RequestChanges({ task, onClose }: OneCard) {
  const { mutate } = useTaskVerb();
  return (
    <FeedbackDialog
      task={task}
      open
      onOpenChange={onClose}
      onSend={(feedback) => mutate({ task, verb: "requestChanges", input: { feedback } })}
    />
  );
}

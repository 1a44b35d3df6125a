import type { ButtonVariant } from "@/components/ui/button-styles.ts";
import { type PersonVerb, verbLabels } from "@/lib/client/verbs.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

interface PrimaryVerb {
  verb: PersonVerb;
  label: string;
  variant: ButtonVariant;
}

const say = (verb: PersonVerb, variant: ButtonVariant, label = verbLabels[verb]) => ({ verb, label, variant });

const primary: Record<TaskStatus, PrimaryVerb> = {
  DRAFT: say("approve", "primary"),
  APPROVED: say("queue", "primary", "Start"),
  QUEUED: say("cancel", "secondary"),
  RUNNING: say("cancel", "secondary"),
  VALIDATING: say("cancel", "secondary"),
  REVIEW: say("accept", "primary"),
  COMPLETED: say("reopen", "secondary"),
  FAILED: say("retry", "primary"),
  STALLED: say("retry", "primary"),
  CANCELLED: say("reopen", "secondary"),
};

/** The one action that stands in the header. */
export const primaryVerb = (status: TaskStatus): PrimaryVerb => primary[status];

/** What S does: start what may start, cancel what is under way, else nothing. */
export function startOrCancel(status: TaskStatus): PersonVerb | null {
  const { verb } = primary[status];
  return verb === "queue" || verb === "retry" || verb === "cancel" ? verb : null;
}

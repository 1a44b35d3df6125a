import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { reasonOf } from "@/lib/monitor/mark-stalled.ts";
import type { Check } from "@/lib/monitor/react.ts";
import { sightingText } from "@/lib/monitor/sighting-text.ts";
import type { Sighting } from "@/lib/monitor/sightings.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import { asReport, decideRetry, policyOf } from "@/lib/session/retry.ts";
import { type Report, step } from "@/lib/session/settle.ts";
import { roomInQueue } from "@/lib/task/moves.ts";
import type { RetryPolicy } from "@/lib/task/schema.ts";
import { transition } from "@/lib/task/transition.ts";

/**
 * Another try by whoever can. What runs is given up and comes back by the retry policy, so attempts bound it; what is queued keeps
 * its place, and the events of this transaction wake every orchestrator; what is approved is queued where the project acts by itself.
 */
export async function reassign(tx: Tx, check: Check, sightings: readonly Sighting[]): Promise<Map<string, string>> {
  const reports = sightings.flatMap((sighting) => reportOf(check, sighting));
  if (reports.length > 0) await step(tx, { reports });
  if (check.project.autonomousExecutionEnabled) await queueApproved(tx, check, sightings);
  return new Map();
}

function reportOf({ project, config, actor }: Check, sighting: Sighting): Report[] {
  const { kind, task, session } = sighting;
  if (kind === "pending" || session === null) return [];
  const policy = policyOf({
    task: task.retryPolicy as RetryPolicy | null,
    project: project.settings as Partial<ProjectSettings>,
    instance: config,
  });
  const reason = reasonOf[kind];
  const { failures, losses, maxAttempts } = task;
  const again = asReport(decideRetry({ reason, failures, losses, maxAttempts }, policy));
  const { sandboxId } = session;
  return [
    { ...again, sandboxId, taskId: task.id, sessionVerb: "stall", reason, message: sightingText(sighting), actor },
  ];
}

async function queueApproved(tx: Tx, { actor }: Check, sightings: readonly Sighting[]): Promise<void> {
  const approved = sightings.filter(({ task }) => task.status === "APPROVED");
  if (approved.length === 0) return;
  const room = await roomInQueue(tx).catch(isFull);
  for (const { task } of approved.slice(0, room))
    await transition(tx, task.id, "queue", { actor, reason: "PENDING_TIMEOUT" });
}

function isFull(thrown: unknown): 0 {
  if (thrown instanceof DomainError && thrown.code === "QUEUE_FULL") return 0;
  throw thrown;
}

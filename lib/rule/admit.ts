import type { Tx } from "@/lib/db.ts";
import type { Cause } from "@/lib/rule/cause.ts";
import type { Limits, TriggerReason } from "@/lib/rule/schema.ts";

/** Why no task is created now, in words; heldUntil where the time is known. */
export interface Hindrance {
  status: "HELD" | "SKIPPED";
  reason: TriggerReason;
  message: string;
  heldUntil?: Date;
}

/** Such an event is none for the rule, now or later. */
export function refusalOf(ruleId: string, { accepts, maxDepth }: Limits, cause: Cause): Hindrance | null {
  const skipped = (reason: TriggerReason, message: string): Hindrance => ({ status: "SKIPPED", reason, message });
  if (cause.taskId === null)
    return accepts.includes("outside") ? null : skipped("ORIGIN", "The rule takes only what comes of tasks.");
  if (cause.depth > maxDepth)
    return skipped(
      "DEPTH",
      `It is the end of a chain of ${cause.depth} tasks that came of each other; the rule goes ${maxDepth} deep.`,
    );
  if (cause.ruleIds.has(ruleId))
    return accepts.includes("itself")
      ? null
      : skipped("ORIGIN", "It comes of a task of this rule: a rule does not answer itself.");
  return accepts.includes("tasks")
    ? null
    : skipped("ORIGIN", "It comes of a task, and the rule takes only what comes from outside.");
}

/** Tasks that are over: nobody waits for them. */
const ended = ["COMPLETED", "FAILED", "CANCELLED"];

export interface Waiting {
  id: string;
  ruleId: string;
  subject: string;
}

/** A task of the same rule for the same document goes first, and so does what has waited longer. */
export async function openTaskBefore(tx: Tx, { id, ruleId, subject }: Waiting): Promise<Hindrance | null> {
  const before = await tx.trigger.findFirst({
    where: {
      ...{ ruleId, subject, id: { lt: id } },
      OR: [{ status: "HELD" }, { status: "CREATED", task: { status: { notIn: ended } } }],
    },
    include: { task: { include: { project: { select: { key: true } } } } },
    orderBy: { id: "asc" },
  });
  if (before === null) return null;
  const first = before.task ? `${before.task.project.key}-${before.task.number}` : "What happened to it before";
  return { status: "HELD", reason: "OPEN_TASK", message: `${first} is about ${subject}, too, and goes first.` };
}

const hourMs = 3_600_000;

/** So many tasks an hour, counted by the database's clock. */
export async function rateReached(tx: Tx, ruleId: string, { maxPerHour }: Limits): Promise<Hindrance | null> {
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT "firedAt" AS at FROM "Trigger" WHERE "ruleId" = ${ruleId}::uuid AND status = 'CREATED'
      AND "firedAt" > clock_timestamp() - interval '1 hour'
    ORDER BY "firedAt" DESC OFFSET ${maxPerHour - 1}::int LIMIT 1`;
  if (row === undefined) return null;
  const message = `The rule has created ${maxPerHour} tasks within an hour, which is its limit.`;
  return { status: "HELD", reason: "RATE", message, heldUntil: new Date(row.at.getTime() + hourMs) };
}

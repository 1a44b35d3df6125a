import type { Caller, Policy } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import { liveScope, narrow, type SessionScope } from "@/lib/session/scope.ts";
import { findTask } from "@/lib/task/find.ts";

/**
 * The one place that decides what a caller may do. Answers the input as this caller may mean it: a session that names no project
 * means its own. Throws FORBIDDEN, STALE_ATTEMPT, and NOT_FOUND for what is another project's.
 */
export async function authorize(tx: Tx, { sandboxId }: Caller, policy: Policy, input: unknown): Promise<unknown> {
  if (sandboxId === undefined) {
    if (policy === "sandbox")
      throw new DomainError("FORBIDDEN", "Only the sandbox itself may report about its session.");
    return input;
  }
  switch (policy) {
    case "sandbox":
      if ((input as { sandboxId?: string }).sandboxId !== sandboxId)
        throw new DomainError("STALE_ATTEMPT", "This token belongs to another sandbox.");
      return input;
    case "project":
    case "project-output":
    case "project-graph": {
      const scope = await liveScope(tx, sandboxId);
      const narrowed = await narrow(tx, scope, input as object);
      await rules[policy]?.(tx, scope, narrowed as never);
      return narrowed;
    }
    default:
      throw new DomainError("FORBIDDEN", "The token of a session does not open this: it is for people.");
  }
}

/** What is asked of a session beside being in its own project. */
const rules: Partial<Record<Policy, (tx: Tx, scope: SessionScope, input: never) => Promise<void>>> = {
  "project-output": requireEndedOrOwn,
  "project-graph": requireOwnGraph,
};

/** While another session runs, its output may hold its token. */
async function requireEndedOrOwn(tx: Tx, scope: SessionScope, { sessionId }: { sessionId: string }): Promise<void> {
  if (sessionId === scope.sessionId) return;
  const { status } = await tx.session.findUniqueOrThrow({ where: { id: sessionId }, select: { status: true } });
  if (!isSessionLive(status)) return;
  throw new DomainError("FORBIDDEN", "A session reads its own output, and that of sessions that have ended.");
}

/** Nothing that others planned is held up, but for what waits for this session anyway. */
async function requireOwnGraph(tx: Tx, scope: SessionScope, { taskId: ref }: { taskId: string }): Promise<void> {
  const { id, createdBy } = await findTask(tx, ref);
  if ((createdBy as { id?: string }).id === scope.sessionId) return;
  if ((await tx.dependency.count({ where: { taskId: id, dependsOnId: scope.taskId } })) > 0) return;
  throw new DomainError(
    "FORBIDDEN",
    "A session makes tasks wait that it created, or that wait for its own task already; others are for people to change.",
  );
}

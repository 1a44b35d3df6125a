import type { Prisma } from "@/lib/generated/prisma/client.ts";
import type { ProcessIdentity } from "../../process-identity.ts";
import type { SessionPlan } from "./held-session.ts";

/** A sandbox with what is needed to take its session up without the claim. */
export const sandboxDetails = {
  session: true,
  task: {
    include: { project: true, dependencies: { select: { dependsOn: { select: { resultCommit: true } } } } },
  },
} as const;
export type SandboxRow = Prisma.SandboxGetPayload<{ include: typeof sandboxDetails }>;

export function planOf({ id, session, task }: SandboxRow): SessionPlan {
  const { project } = task;
  return {
    sessionId: session.id,
    sandboxId: id,
    taskId: task.id,
    projectId: project.id,
    key: `${project.key}-${task.number}`,
    title: task.title,
    // As it was claimed: the card may be of another type by now.
    type: session.agent,
    sessionType: session.type as SessionPlan["sessionType"],
    attempt: session.attempt,
    branch: session.branch,
    failures: task.failures,
    losses: task.losses,
    maxAttempts: task.maxAttempts,
    timeoutSeconds: task.timeoutSeconds,
    retryPolicy: task.retryPolicy as SessionPlan["retryPolicy"],
    cpus: session.cpus,
    memoryBytes: session.memoryBytes === null ? null : Number(session.memoryBytes),
    diskBytes: session.diskBytes === null ? null : Number(session.diskBytes),
    settings: project.settings as SessionPlan["settings"],
    gitDir: project.gitDir,
    repoUrl: project.repoUrl,
    baseBranch: project.baseBranch,
    dependencyCommits: task.dependencies.flatMap(({ dependsOn }) => dependsOn.resultCommit ?? []),
  };
}

export function identityOf({ bootId, pid, startTime }: SandboxRow): ProcessIdentity | null {
  return bootId === null || pid === null || startTime === null ? null : { bootId, pid, startTime };
}

import type { Tx } from "@/lib/db.ts";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";
import { keyOf } from "@/lib/task/find.ts";

/** What each live orchestrator has, has given out, and sees used. An allocation is a sandbox that is not proven gone. */
export async function resourceUsage(tx: Tx): Promise<{ orchestrators: OrchestratorUsage[]; readAt: string }> {
  const workers = await tx.worker.findMany({
    where: { stoppedAt: null, leaseUntil: { gt: new Date() } },
    orderBy: { startedAt: "asc" },
  });
  const sandboxes = await tx.sandbox.findMany({
    where: { workerId: { in: workers.map(({ id }) => id) }, terminatedAt: null },
    include: { session: true, task: { include: { project: true } } },
    orderBy: { createdAt: "asc" },
  });
  return {
    orchestrators: workers.map((worker) =>
      viewOrchestrator(
        worker,
        sandboxes.filter(({ workerId }) => workerId === worker.id),
      ),
    ),
    readAt: new Date().toISOString(),
  };
}

type WorkerRow = Awaited<ReturnType<Tx["worker"]["findMany"]>>[number];
type RunningSession = OrchestratorUsage["sessions"][number];
interface SandboxRow {
  pid: number | null;
  means: unknown;
  session: Awaited<ReturnType<Tx["session"]["findMany"]>>[number];
  task: { id: string; number: number; title: string; projectId: string; project: { key: string } };
}

function viewOrchestrator(worker: WorkerRow, sandboxes: readonly SandboxRow[]): OrchestratorUsage {
  const sessions = sandboxes.map(viewSession);
  const live = sessions.filter(({ status }) => status === "STARTING" || status === "RUNNING");
  return {
    id: worker.id,
    hostId: worker.hostId,
    startedAt: worker.startedAt.toISOString(),
    pausedReason: worker.pausedReason,
    slots: { used: live.length, limit: worker.maxConcurrent },
    cpus: {
      allocated: sum(sessions.map(({ cpus }) => cpus)),
      used: sum(sessions.map(({ usage }) => usage.cpus)),
      limit: worker.cpus,
    },
    memoryBytes: {
      allocated: sum(sessions.map(({ memoryBytes }) => memoryBytes)),
      used: sum(sessions.map(({ usage }) => usage.memoryBytes)),
      limit: numberOf(worker.memoryBytes),
    },
    diskBytes: { allocated: sum(sessions.map(({ diskBytes }) => diskBytes)), free: numberOf(worker.diskFreeBytes) },
    sessions,
  };
}

function viewSession({ pid, means, session, task }: SandboxRow): RunningSession {
  return {
    id: session.id,
    taskId: task.id,
    taskKey: keyOf(task),
    taskTitle: task.title,
    projectId: task.projectId,
    status: session.status,
    startedAt: session.startedAt.toISOString(),
    pid,
    cpus: session.cpus,
    memoryBytes: numberOf(session.memoryBytes),
    diskBytes: numberOf(session.diskBytes),
    usage: session.usage as RunningSession["usage"],
    activeAt: session.activeAt.toISOString(),
    means: means as RunningSession["means"],
  };
}

const numberOf = (value: bigint | null): number | null => (value === null ? null : Number(value));
const sum = (values: readonly unknown[]): number =>
  values.reduce<number>((total, value) => total + (typeof value === "number" ? value : 0), 0);

import { db } from "@/lib/db.ts";
import type { Reaction } from "@/lib/monitor/schema.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { call, eventsOf, newProject, newTask, newWorker, type TestWorker } from "@/lib/testing/world.ts";

/** Ways to let time pass for the monitor: what is stored gets older, the clock stays. Seconds. */
export async function ageTask(taskId: string, seconds: number): Promise<void> {
  await db().$executeRaw`
    UPDATE "Task" SET "waitingSince" = "waitingSince" - make_interval(secs => ${seconds}::float8) WHERE id = ${taskId}::uuid`;
}

export async function ageSilence(sessionId: string, seconds: number): Promise<void> {
  await db().$executeRaw`
    UPDATE "Session" SET "activeAt" = "activeAt" - make_interval(secs => ${seconds}::float8) WHERE id = ${sessionId}::uuid`;
}

export async function ageHeartbeat(sessionId: string, seconds: number): Promise<void> {
  await db().$executeRaw`
    UPDATE "Session" SET "heartbeatAt" = "heartbeatAt" - make_interval(secs => ${seconds}::float8) WHERE id = ${sessionId}::uuid`;
}

/** An orchestrator has been there for longer: what it has not seen was not there. */
export async function ageWorker(workerId: string, seconds: number): Promise<void> {
  await db().$executeRaw`
    UPDATE "Worker" SET "heldSince" = "heldSince" - make_interval(secs => ${seconds}::float8) WHERE id = ${workerId}::uuid`;
}

/** An orchestrator that has been there for long, and claims what it is told to. */
export async function steadyWorker(): Promise<TestWorker> {
  const worker = await newWorker();
  await ageWorker(worker.id, 1_000_000);
  return worker;
}

export const checkNow = (projectId: string) =>
  call<{ checkedAt: string; reactions: Reaction[] }>("monitor", "check", { projectId });

export async function monitoredProject(settings: Partial<ProjectSettings> = {}) {
  const { id } = await newProject();
  await call("project", "update", { projectId: id, settings });
  return id;
}

/** A task of it that runs at a worker which has been there for long. */
export async function runningTask(projectId: string, task: object = {}, worker?: TestWorker) {
  const { id: taskId, key } = await newTask(projectId, task);
  await call("task", "queue", { taskId });
  const at = worker ?? (await steadyWorker());
  const claim = (await at.step()).claims.find((one) => one.taskId === taskId) as Claim;
  return { taskId, key, worker: at, claim, sessionId: claim.sessionId };
}

export const reactedIn = async (projectId: string) =>
  (await eventsOf(projectId)).filter((event) => event.type === "MONITOR_REACTED");

import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { createProject } from "@/lib/project/project.ts";
import type { Project } from "@/lib/project/schema.ts";
import { call, newTask } from "@/lib/testing/world.ts";
import { hostId } from "../home.ts";
import { identify, type ProcessIdentity } from "../process-identity.ts";
import { eventually } from "../sandbox/eventually.ts";
import { findTree } from "../sandbox/tree/process-tree.ts";
import { assemble } from "./assemble.ts";
import { startRenewing } from "./lease/renewing.ts";
import { reconcile } from "./recovery/reconcile.ts";
import { startScheduler } from "./scheduler.ts";
import type { Services } from "./services.ts";
import { startTerminalServer } from "./terminal/terminal-server.ts";

export interface RunningOrchestrator {
  services: Services;
  /** Set once it was told that it had been given up. */
  isGivenUp: boolean;
  stop(): Promise<void>;
}

/** A real orchestrator inside the test's process, on the test's database and home. `arrange` sees it before it acts. */
export async function startOrchestrator(
  arrange: (services: Services) => void | Promise<void> = () => {},
): Promise<RunningOrchestrator> {
  mkdirSync(home.sessions, { recursive: true });
  hostId();
  const services = await assemble();
  await arrange(services);
  const running: RunningOrchestrator = { services, isGivenUp: false, stop: async () => {} };
  const renewing = startRenewing(services, {
    onGivenUp: async () => {
      running.isGivenUp = true;
    },
    onHung: () => {},
  });
  await reconcile(services);
  await renewing.now();
  const terminals = await startTerminalServer(services);
  const scheduler = startScheduler(services, renewing);
  let stopped: Promise<void> | null = null;
  running.stop = () => {
    stopped ??= scheduler.stop().then(async () => {
      await renewing.stop();
      await terminals.close();
      await services.sampler.close();
      await services.agents.close();
      await services.shipper.close();
      await services.spawner.guard(null).catch(() => {});
      await services.spawner.close();
    });
    return stopped;
  };
  return running;
}

/** What kill -9 leaves: its row says it is there, its process is not, and the helper is gone with its channel. Nothing of it acts again. */
export async function kill(orchestrator: RunningOrchestrator): Promise<void> {
  orchestrator.services.lease = { isHeld: () => false, held: () => new Promise(() => {}), extend: () => {} };
  // What ends from now on is seen by whoever comes after, not by this one, which lives on in the test's process.
  orchestrator.services.sandbox.look = () => new Promise(() => {});
  await orchestrator.stop();
  await db().worker.updateMany({ where: { id: orchestrator.services.worker.id }, data: { startTime: "0" } });
}

/** The same while its sessions are guarded: the helper stays. Answers which process that is. */
export async function dieGuarded(orchestrator: RunningOrchestrator): Promise<ProcessIdentity> {
  const helper = identify(orchestrator.services.spawner.helperPid() ?? 0)!;
  orchestrator.services.spawner.guard = async () => {};
  await kill(orchestrator);
  return helper;
}

export function projectOn(repository: string, settings: object = {}): Promise<Project> {
  const facts = {
    ...{ ok: true, code: null, message: null, gitDir: join(repository, ".git"), defaultBranch: "main" },
    ...{ branches: ["main"], headCommit: null, isClean: true, isWritable: true },
  };
  return inJournaledTransaction(async (tx) => {
    const project = await createProject(tx, { name: `Project ${Math.random()}` }, { facts, actor: owner.actor });
    if (Object.keys(settings).length > 0) await tx.project.update({ where: { id: project.id }, data: { settings } });
    return project;
  });
}

/** A queued task that runs a shell script. */
export async function queueScript(projectId: string, script: string, more: object = {}): Promise<string> {
  const { id } = await newTask(projectId, { spec: { command: "sh", args: ["-c", script] }, ...more });
  await call("task", "queue", { taskId: id });
  return id;
}

export const taskOf = (taskId: string) => db().task.findUniqueOrThrow({ where: { id: taskId } });
export const sessionsOf = (taskId: string) =>
  db().session.findMany({ where: { taskId }, include: { sandbox: true }, orderBy: { attempt: "asc" } });

export const ended = (taskId: string, withinMs = 60_000) =>
  eventually(async () => {
    const task = await taskOf(taskId);
    return ["COMPLETED", "FAILED", "REVIEW", "CANCELLED"].includes(task.status) && task;
  }, withinMs);

export const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];

/** Everything a task's sessions left on the machine and in the rows, but directories kept to be looked at; empty when all is tidied. */
export async function leftOf(taskId: string): Promise<string[]> {
  const sessions = await sessionsOf(taskId);
  const directories = existsSync(home.sessions) ? readdirSync(home.sessions) : [];
  return sessions.flatMap(({ id, attempt, status, sandbox }) => [
    ...(directories.includes(id) && !["FAILED", "TIMED_OUT", "STALLED"].includes(status)
      ? [`directory of attempt ${attempt}`]
      : []),
    ...findTree({ sessionId: id, identity: null, outputFile: join(home.sessions, id, "output.log") }).map(
      (pid) => `process ${pid} of attempt ${attempt}`,
    ),
    ...(sandbox?.terminatedAt ? [] : [`sandbox of attempt ${attempt} not ended`]),
  ]);
}

import { owner } from "@/lib/actor.ts";
import { contract } from "@/lib/contract.ts";
import { invoke } from "@/lib/invoke.ts";
import { engineProject } from "../../judge/engine.ts";
import type { Drain } from "../carriers/carrier.ts";

/** So many tasks may be created in one call. */
const batchMax = 5000;

/**
 * Makes a project of the graph by the operations the API calls, and queues what is ready, as jobs of peers are queued before
 * their workers begin. What waits for others is queued by the engine, once it is ready.
 */
export async function queueGraph({ graph, concurrency }: Drain): Promise<void> {
  const projectId = await engineProject(`Graph ${Date.now()}`);
  const settings = { maxConcurrentSessions: concurrency };
  await invoke("project", "update", { projectId, settings }, { caller: owner });
  await invoke("config", "update", { values: { maxConcurrent: concurrency } }, { caller: owner });
  for (let at = 0; at < graph.length; at += batchMax) await createTasks(projectId, graph.slice(at, at + batchMax));
  await invoke("project", "startProcessing", { projectId }, { caller: owner });
  if (graph.some(({ needs }) => needs.length > 0))
    await invoke("project", "setAutonomousExecution", { projectId, enabled: true }, { caller: owner });
}

/** Of one batch: a task may need only what is in it. */
async function createTasks(projectId: string, graph: Drain["graph"]): Promise<void> {
  const tasks = graph.map(({ id, needs }) => ({
    ...{ ref: id, title: id, status: "APPROVED", spec: { command: "true" }, dependsOn: needs },
  }));
  const input = contract.task.createBatch["~orpc"].inputSchema!.parse({ projectId, tasks });
  await invoke("task", "createBatch", input, { caller: owner });
}

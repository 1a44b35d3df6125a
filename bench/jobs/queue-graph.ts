import { owner } from "@/lib/actor.ts";
import { contract } from "@/lib/contract.ts";
import { invoke } from "@/lib/invoke.ts";
import { engineProject } from "../../judge/engine.ts";
import type { Drain } from "../carriers/carrier.ts";
import { createTasks } from "../carriers/create-tasks.ts";

/** Never run: the sandbox is a fake. */
const noOp = { command: "true", args: [] };

/**
 * Makes a project of the graph by the operations the API calls, and queues what is ready, as jobs of peers are queued before
 * their workers begin. What waits for others is queued by the engine, once it is ready.
 */
export async function queueGraph({ graph, concurrency }: Drain): Promise<void> {
  const projectId = await engineProject(`Graph ${Date.now()}`);
  const settings = { maxConcurrentSessions: concurrency };
  await invoke("project", "update", { projectId, settings }, { caller: owner });
  await invoke("config", "update", { values: { maxConcurrent: concurrency } }, { caller: owner });
  const { inputSchema } = contract.task.createBatch["~orpc"];
  await createTasks(graph, noOp, async (tasks) => {
    const created = await invoke("task", "createBatch", inputSchema!.parse({ projectId, tasks }), { caller: owner });
    await invoke("project", "startProcessing", { projectId }, { caller: owner });
    return (created as { items: { ref: string; id: string }[] }).items;
  });
  if (graph.some(({ needs }) => needs.length > 0))
    await invoke("project", "setAutonomousExecution", { projectId, enabled: true }, { caller: owner });
}

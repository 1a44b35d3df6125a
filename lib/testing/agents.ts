import { v7 as uuid } from "uuid";
import { inJournaledTransaction, lockStreams } from "@/lib/journal.ts";
import type { Project } from "@/lib/project/schema.ts";
import { askQuestion } from "@/lib/question/question.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { call, newProject, newTask, newWorker, quiet, type TestWorker } from "@/lib/testing/world.ts";

export interface RunningAgent {
  project: Project;
  worker: TestWorker;
  claim: Claim;
}

export const newAgentTask = (projectId: string, more: object = {}) =>
  newTask(projectId, { type: "claude-code", spec: { prompt: "do it" }, ...more });

/** A claimed task of an agent, alone in the world; nothing runs. */
export async function runningAgent(more: object = {}): Promise<RunningAgent> {
  await quiet();
  const [project, worker] = [await newProject(), await newWorker()];
  const { id } = await newAgentTask(project.id, more);
  await call("task", "queue", { taskId: id });
  const [claim] = (await worker.step()).claims;
  return { project, worker, claim: claim! };
}

export const sessionActor = ({ sessionId, key, attempt }: Claim) => ({
  ...{ type: "session" as const, id: sessionId, name: `${key} attempt ${attempt}` },
});

/** As the orchestrator asks for an agent. */
export const askAs = (claim: Claim, askedAs: string, more: object = {}) =>
  inJournaledTransaction(async (tx) => {
    await lockStreams(tx, [claim.projectId]);
    const ask = {
      id: uuid(),
      sessionId: claim.sessionId,
      askedAs,
      tool: "Bash",
      input: "rm -r build",
      timeoutSeconds: 60,
    };
    await askQuestion(tx, { ...ask, ...more }, sessionActor(claim));
  });

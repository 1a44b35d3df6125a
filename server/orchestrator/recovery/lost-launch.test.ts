import { afterAll, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { SpawnerLostError } from "../../sandbox/spawner/spawner.ts";
import { ended, projectOn, queueScript, type RunningOrchestrator, sessionsOf, startOrchestrator } from "../testing.ts";

provideTestDatabase();
const bed = createGitTestbed("lost-launch");
let orchestrator: RunningOrchestrator | undefined;
afterAll(async () => {
  await orchestrator?.stop();
  bed.remove();
});

it("a command whose start was never answered, as the helper died meanwhile, runs once, and all it printed is kept", async () => {
  const project = await projectOn(bed.repository());
  const taskId = await queueScript(project.id, "for n in 1 2 3; do echo line $n; sleep 0.1; done");
  orchestrator = await startOrchestrator((services) => {
    const { launch } = services.sandbox;
    services.sandbox.launch = async (plan) => {
      await launch(plan);
      throw new SpawnerLostError("The spawner helper ended.");
    };
  });
  expect((await ended(taskId)).status).toBe("COMPLETED");
  const sessions = await sessionsOf(taskId);
  expect(sessions.map(({ attempt, reason }) => [attempt, reason])).toEqual([[1, "EXIT_ZERO"]]);
  const { items } = await readLogs(db(), { sessionId: sessions[0]!.id, after: 0, waitSeconds: 5 });
  expect(items.map(({ text }) => text).join("")).toBe("line 1\nline 2\nline 3\n");
});

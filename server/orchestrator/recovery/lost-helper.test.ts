import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { SpawnerLostError } from "../../sandbox/spawner/spawner.ts";
import type { Services } from "../services.ts";
import {
  ended,
  leftOf,
  projectOn,
  queueScript,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
  taskOf,
} from "../testing.ts";

provideTestDatabase();
const bed = createGitTestbed("lost-helper");
let orchestrator: RunningOrchestrator | undefined;
afterEach(() => orchestrator?.stop());
afterAll(() => bed.remove());

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

describe("a helper that is killed while the work of a session is brought home", () => {
  /** The call has reached it and will not be answered. */
  const killHelperAt = (step: string) => (services: Services) => {
    const { run, helperPid } = services.spawner;
    let isKilled = false;
    services.spawner.run = (program, signal) => {
      if (isKilled || !program.args.includes(step)) return run(program, signal);
      isKilled = true;
      const pid = helperPid()!;
      process.kill(pid, "SIGSTOP");
      setImmediate(() => process.kill(pid, "SIGKILL"));
      return run(program, signal);
    };
  };
  const workOf = async (repository: string, taskId: string) => {
    await eventually(async () => (await taskOf(taskId)).resultCommit !== null && (await leftOf(taskId)).length === 0);
    const { resultBranch, status, attempts } = await taskOf(taskId);
    return [status, attempts, bed.plainGit(repository, "show", `${resultBranch}:work.txt`)];
  };

  // Of either kind some: the next round comes five seconds later.
  it.each(["commit-tree", "unpack-objects"])(
    "at %s: one attempt, and the work of a command that ended well is stored",
    async (step) => {
      const repository = bed.repository();
      const project = await projectOn(repository);
      const taskId = await queueScript(project.id, "echo work > work.txt");
      orchestrator = await startOrchestrator(killHelperAt(step));
      expect((await ended(taskId)).status).toBe("COMPLETED");
      expect(await workOf(repository, taskId)).toEqual(["COMPLETED", 1, "work"]);
    },
  );

  it.each(["status", "pack-objects", "update-ref"])(
    "at %s: what reported its success itself is stored, too",
    async (step) => {
      const repository = bed.repository();
      const project = await projectOn(repository);
      const taskId = await queueScript(project.id, "echo work > work.txt; exec sleep 60");
      orchestrator = await startOrchestrator(killHelperAt(step));
      const session = await eventually(async () => {
        const [one] = await sessionsOf(taskId);
        return one && existsSync(join(home.sessions, one.id, "work/work.txt")) && one;
      });
      const sandboxId = session.sandbox!.id;
      const caller = { actor: { type: "session", id: session.id, name: "S" }, sandboxId } as const;
      await call("sandbox", "taskComplete", { sandboxId, taskId, success: true }, { caller });
      expect(await workOf(repository, taskId)).toEqual(["COMPLETED", 1, "work"]);
    },
  );
});

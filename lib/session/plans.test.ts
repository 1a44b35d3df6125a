import { beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { sessionActor } from "@/lib/testing/agents.ts";
import { type ReadPlans, watchPlans } from "@/lib/testing/executed-plans.ts";
import { addApproved, addPast } from "@/lib/testing/long-past.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;
let plansOf: ReadPlans;

/** Two projects with a past of 20,000 tasks and sessions, the other one's younger; 20 of its first sessions were interactive. */
beforeAll(async () => {
  const [project, other] = [await newProject(), await newProject()];
  projectId = project.id;
  await db().$transaction(
    async (tx) => {
      const execute = (sql: string) => tx.$executeRawUnsafe(sql);
      for (const { id } of [project, other]) await addPast(execute, id, 20_000);
      await addApproved(execute, projectId, 500);
      await execute(`UPDATE "Session" SET type = 'interactive'
        WHERE id IN (SELECT id FROM "Session" WHERE "projectId" = '${projectId}' ORDER BY id LIMIT 20)`);
    },
    { timeout: 120_000 },
  );
  await db().$executeRaw`VACUUM ANALYZE`;
  plansOf = await watchPlans();
}, 120_000);

const scansIn = (plans: readonly string[]): string[] =>
  plans.filter((plan) => /Seq Scan on (ONLY )?"(Task|Session|Sandbox|Dependency|Event)"/.test(plan));

describe("after a long past", () => {
  it.each([
    { what: "a project's sessions, though another's are younger", filter: {}, index: "Session_projectId_id_idx" },
    { what: "the interactive ones", filter: { type: "interactive" }, index: "session_interactive" },
  ])("an index has $what in their order", async ({ filter, index }) => {
    // A statement that is asked often may get a plan that does not know what is asked for.
    for (let times = 0; times < 7; times++) {
      const plans = await plansOf(() => call("session", "list", { projectId, limit: 100, ...filter }));
      expect(plans.join("\n")).toMatch(new RegExp(`Index Scan Backward using "?${index}`));
      expect(scansIn(plans)).toEqual([]);
    }
  });

  it("a project is counted without its cards being read", async () => {
    let read = {};
    const plans = await plansOf(async () => {
      read = await call<object>("project", "get", { projectId });
    });
    expect(read).toMatchObject({ counts: { COMPLETED: 20_000, APPROVED: 500, QUEUED: 0 }, processableCount: 500 });
    const ofTasks = plans.join("\n").match(/\S+( \S+)? Scan.* on "Task"/g);
    expect(ofTasks).toEqual([
      expect.stringMatching(/Index Only Scan using "Task_projectId_status_position_id_idx"/),
      expect.stringMatching(/Index Only Scan using task_promotable/),
    ]);
  });

  it("what a session has created is found among all tasks at once, and counted as before", async () => {
    const worker = await newWorker();
    const task = await newTask((await newProject()).id, { type: "claude-code", spec: { prompt: "do it" } });
    await call("task", "queue", { taskId: task.id });
    const [claim] = (await worker.step()).claims;
    const caller = { actor: sessionActor(claim!), sandboxId: claim!.sandboxId };
    const create = (tasks: number) =>
      call("task", "createBatch", { projectId: task.projectId, tasks: Array(tasks).fill({ title: "t" }) }, { caller });
    const plans = await plansOf(() => create(40));
    expect(plans.join("\n")).toContain("task_created_by_session");
    expect(scansIn(plans)).toEqual([]);
    await expect(create(11)).rejects.toMatchObject({ code: "FORBIDDEN", details: { created: 40, asked: 11 } });
    await create(10);
  });

  it("a card is deleted without a look at the sandboxes of others", async () => {
    const task = await db().task.findFirstOrThrow({ where: { projectId, status: "COMPLETED" } });
    const plans = await plansOf(() => call("task", "delete", { taskId: task.id }));
    expect(plans.join("\n")).toMatch(/Index Scan using "Sandbox_taskId_idx"/);
    expect(scansIn(plans)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { Caller } from "@/lib/actor.ts";
import { operations } from "@/lib/catalogue.ts";
import { db } from "@/lib/db.ts";
import type { ErrorCode } from "@/lib/errors.ts";
import { projectSchema } from "@/lib/project/schema.ts";
import type { Claim } from "@/lib/session/settle.ts";
import type { Task } from "@/lib/task/schema.ts";
import { runningAgent, sessionActor } from "@/lib/testing/agents.ts";
import { call, eventsOf, newProject, newTask, provideTestDatabase, refusal, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

const callerOf = (claim: Claim): Caller => ({ actor: sessionActor(claim), sandboxId: claim.sandboxId });

/** A session that runs, and a project it has nothing to do with. */
async function stage(settings: object = {}) {
  const { project, worker, claim } = await runningAgent();
  await call("project", "update", { projectId: project.id, settings });
  const other = await newProject();
  const theirs = await newTask(other.id);
  const caller = callerOf(claim);
  const use = <Output = Task>(noun: string, verb: string, input: object) => call<Output>(noun, verb, input, { caller });
  const refused = (code: ErrorCode, noun: string, verb: string, input: object) => refusal(use(noun, verb, input), code);
  return { project, worker, claim, caller, other, theirs, use, refused };
}

describe("a session's token", () => {
  it("reads the board of its own project, by id, by key and unnamed", async () => {
    const { project, claim, use } = await stage();
    for (const projectId of [project.id, project.key, project.key.toLowerCase()])
      expect(await use("project", "get", { projectId })).toMatchObject({ id: project.id });
    for (const taskId of [claim.taskId, claim.key])
      for (const verb of ["get", "explain", "brief"])
        expect(await use("task", verb, { taskId })).toMatchObject(verb === "get" ? { key: claim.key } : {});
    expect(await use("task", "graph", { projectId: project.key })).toMatchObject({ nodes: [{ key: claim.key }] });
    expect(await use("session", "logs", { sessionId: claim.sessionId })).toMatchObject({ items: [] });
  });

  it("gets of a list without a project its own project's rows alone", async () => {
    const { claim, theirs, worker, use } = await stage();
    await call("task", "queue", { taskId: theirs.id });
    expect((await worker.step()).claims).toHaveLength(1);
    const { items } = await use<{ items: { id: string }[] }>("session", "list", {});
    expect(items.map(({ id }) => id)).toEqual([claim.sessionId]);
  });

  const reads = operations.filter(({ meta }) => meta.policy.startsWith("project"));
  it.each(reads)("finds nothing of another project with $name", async ({ noun, verb }) => {
    const { project, other, theirs, worker, claim, refused } = await stage();
    await call("task", "queue", { taskId: theirs.id });
    const [foreign] = (await worker.step()).claims;
    const own = { projectId: project.id, taskId: claim.taskId, sessionId: claim.sessionId };
    const inputs: object[] = [
      { projectId: other.id },
      { projectId: other.key },
      { taskId: theirs.id },
      { taskId: theirs.key },
      { sessionId: foreign!.sessionId },
      { dependsOnId: theirs.key },
      { dependsOn: [theirs.id] },
      { parentId: theirs.id },
      { tasks: [{ title: "x", dependsOn: [theirs.key] }] },
      { tasks: [{ title: "x", parentId: theirs.id }] },
    ];
    const before = await db().task.count();
    const shape = (
      operations.find((one) => one.noun === noun && one.verb === verb)!.inputSchema as never as {
        shape: object;
      }
    ).shape;
    const fitting = inputs.filter((input) => Object.keys(input).every((name) => name in shape));
    expect(fitting.length).toBeGreaterThan(0);
    for (const input of fitting) {
      const needed = Object.fromEntries(Object.entries(own).filter(([name]) => name in shape && name !== "taskId"));
      const taskId =
        "taskId" in shape && "dependsOnId" in shape ? { taskId: claim.taskId, dependsOnId: claim.taskId } : {};
      const title = "title" in shape ? { title: "x" } : {};
      const tasks = "tasks" in shape ? { tasks: [{ title: "x" }] } : {};
      const posted = "operations" in shape ? { operations: [{ id: "1", document: "x", type: "x" }] } : {};
      await refused("NOT_FOUND", noun, verb, { ...needed, ...taskId, ...title, ...tasks, ...posted, ...input });
    }
    expect(await db().task.count()).toBe(before);
  });

  it("is dead when the attempt has ended, and reaches nothing where the project gives no tools", async () => {
    const { project, worker, claim, refused } = await stage();
    await call("project", "update", { projectId: project.id, settings: { boardTools: false } });
    await refused("FORBIDDEN", "task", "get", { taskId: claim.taskId });
    await call("project", "update", { projectId: project.id, settings: { boardTools: true } });
    await worker.step([reportOf(claim)]);
    await refused("STALE_ATTEMPT", "task", "get", { taskId: claim.taskId });
    await refused("STALE_ATTEMPT", "task", "create", { projectId: project.id, title: "late" });
  });

  it("shows no keys that people wrote into specs and settings, nor where the repository lies", async () => {
    const { project, use } = await stage({
      mcpServers: { docs: { url: "https://x.test?key-3", headers: { auth: "key-1" } } },
    });
    await newTask(project.id, { spec: { command: "true", environment: { API_KEY: "key-2" } } });
    const seen = JSON.stringify([
      await use("project", "get", { projectId: project.id }),
      await use("task", "list", { projectId: project.id }),
      await use("event", "list", { projectId: project.id }),
    ]);
    expect(seen).not.toMatch(/key-[123]|\/nowhere/);
    expect(() => projectSchema.parse(JSON.parse(seen)[0])).not.toThrow();
    expect(seen).toContain("API_KEY");
  });

  it("reads no output of another session that runs, and that of one that has ended", async () => {
    const { project, worker, use, refused } = await stage();
    const { id: taskId } = await newTask(project.id);
    await call("task", "queue", { taskId });
    const [beside] = (await worker.step()).claims;
    await refused("FORBIDDEN", "session", "logs", { sessionId: beside!.sessionId });
    await worker.step([reportOf(beside!)]);
    expect(await use("session", "logs", { sessionId: beside!.sessionId })).toMatchObject({ items: [] });
  });
});

describe("what a session creates", () => {
  it("are drafts in its name, whatever it asks for, with their dependencies", async () => {
    const { project, claim, use } = await stage();
    const tasks = [
      { ref: "a", title: "first", status: "APPROVED" },
      { ref: "b", title: "second", dependsOn: ["a"] },
      { title: "third", dependsOn: ["b", claim.key] },
    ];
    const { items } = await use<{ items: { key: string }[] }>("task", "createBatch", { projectId: project.key, tasks });
    const made = await Promise.all(items.map(({ key }) => call("task", "get", { taskId: key })));
    expect(made.map(({ status, createdBy }) => [status, createdBy.id])).toEqual(
      items.map(() => ["DRAFT", claim.sessionId]),
    );
    expect(made.map(({ dependsOn }) => dependsOn.length)).toEqual([0, 1, 2]);
    const created = (await eventsOf(project.id)).filter(
      ({ type, actor }) => type === "TASK_CREATED" && actor.type === "session",
    );
    expect(created.map(({ payload }) => (payload as { status: string }).status)).toEqual(["DRAFT", "DRAFT", "DRAFT"]);
  });

  it("is approved where the project says so", async () => {
    const { project, use } = await stage({ sessionTasks: "approved" });
    const spec = { prompt: "go" };
    const create = (more: object) =>
      use("task", "create", { projectId: project.id, title: "t", type: "claude-code", spec, ...more });
    expect(await create({})).toMatchObject({ status: "APPROVED" });
    expect(await create({ status: "DRAFT" })).toMatchObject({ status: "DRAFT" });
  });

  it("ends at fifty tasks a session, also when two calls come at once", async () => {
    const { project, use, refused } = await stage();
    const batch = (count: number) => ({
      projectId: project.id,
      tasks: Array.from({ length: count }, () => ({ title: "t" })),
    });
    await use("task", "createBatch", batch(40));
    const outcome = await Promise.allSettled([
      use("task", "createBatch", batch(10)),
      use("task", "createBatch", batch(10)),
    ]);
    expect(outcome.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { message, details } = await refused("FORBIDDEN", "task", "create", { projectId: project.id, title: "t" });
    expect(message).toContain("may create 50 tasks");
    expect(details).toEqual({ limit: 50, created: 50, asked: 1 });
  });

  it("ends at three generations", async () => {
    const { project, worker, claim: first } = await stage({ sessionTasks: "approved" });
    let claim = first;
    for (const depth of [1, 2, 3, 4]) {
      const create = call(
        "task",
        "create",
        { projectId: project.id, title: `of depth ${depth}`, type: "claude-code", spec: { prompt: "go" } },
        { caller: callerOf(claim) },
      );
      if (depth === 4) {
        expect((await refusal(create, "FORBIDDEN")).details).toEqual({ limit: 3 });
        break;
      }
      const { id } = await create;
      await call("task", "queue", { taskId: id });
      [claim] = (await worker.step()).claims as [Claim];
    }
  });

  it("names no secret of the operator's", async () => {
    const { project, refused } = await stage();
    const spec = { prompt: "x", mcpServers: { e: { url: "https://e.test", headers: { a: "$" + "{secret:KEY}" } } } };
    await refused("FORBIDDEN", "task", "create", { projectId: project.id, title: "t", type: "claude-agent", spec });
  });

  it("is waited for by what waits for the session's own task, and by nothing that others planned", async () => {
    const { project, claim, use, refused } = await stage();
    const part = await use("task", "create", { projectId: project.id, title: "a part" });
    const dependent = await newTask(project.id, { dependsOn: [claim.key] });
    const stranger = await newTask(project.id);
    const wait = { dependsOnId: part.key };
    expect(await use("task", "addDependency", { taskId: dependent.key, ...wait })).toMatchObject({
      dependsOn: expect.arrayContaining([part.id]),
    });
    await refused("FORBIDDEN", "task", "addDependency", { taskId: stranger.key, ...wait });
    expect(await call("task", "get", { taskId: stranger.id })).toMatchObject({ dependsOn: [] });
  });
});

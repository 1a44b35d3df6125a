import { v7 as uuid } from "uuid";
import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { step } from "@/lib/session/settle.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

it.each([
  { what: "queued by a person", isAutonomous: false },
  { what: "queued by the system in the same turn", isAutonomous: true },
])("a project somebody writes to is passed over, and waited for by a turn that is patient: $what", async (given) => {
  const { id: projectId } = await newProject();
  const { id: taskId } = await newTask(projectId);
  if (given.isAutonomous) await call("project", "setAutonomousExecution", { projectId, enabled: true });
  else await call("task", "queue", { taskId });
  const { id } = await newWorker();
  const ticket = { sessionId: uuid(), sandboxId: uuid(), tokenHash: uuid() };
  const turn = { reports: [], worker: { id, tickets: [ticket], leaseMs: 60_000 } };

  let stopWriting = () => {};
  const written = new Promise<void>((resolve) => {
    stopWriting = resolve;
  });
  let writing: Promise<unknown> = Promise.resolve();
  await new Promise<void>((locked) => {
    writing = db().$transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM "Stream" WHERE id = ${projectId}::uuid FOR UPDATE`;
      locked();
      await written;
    });
  });
  expect((await step(db(), turn)).claims).toEqual([]);
  const patient = step(db(), { ...turn, isPatient: true });
  stopWriting();
  await writing;
  expect((await patient).claims).toMatchObject([{ taskId }]);
});

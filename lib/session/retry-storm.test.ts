import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { call, newProject, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

const failed = 1_000;
const batch = 500;
const slots = 4;

it("a thousand retries that are due at once enter the queue in bounded batches, and slots alone decide how many run", async () => {
  const { id: projectId } = await newProject();
  await call("project", "update", { projectId, settings: { maxConcurrentSessions: 64 } });
  await db().$executeRaw`
    INSERT INTO "Task" (id, "projectId", number, title, spec, status, "createdBy", "queuedBy", "queuedAt", "queueRank", "availableAt", failures)
    SELECT gen_random_uuid(), ${projectId}::uuid, n, 'failed', '{"command": "true"}', 'QUEUED', '{}', 'person', now(),
      extract(epoch FROM now()), now() - interval '1 second', 1 FROM generate_series(1, ${failed}) n`;
  const worker = await newWorker(slots);
  const waiting = () => db().task.count({ where: { projectId, status: "QUEUED", availableAt: { not: null } } });

  expect((await worker.step()).claims).toHaveLength(slots);
  expect(await waiting()).toBe(failed - batch);
  expect((await worker.step()).claims).toEqual([]);
  expect(await waiting()).toBe(0);
  expect(await db().session.count({ where: { projectId } })).toBe(slots);
});

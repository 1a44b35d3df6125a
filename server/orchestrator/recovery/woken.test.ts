import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { machineClockMs } from "../../machine-clock.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createLease } from "../lease/lease.ts";
import type { Services } from "../services.ts";
import { holdSession } from "../session/held-session.ts";
import { dropSuperseded } from "./reconcile.ts";

provideTestDatabase();

it("who has just woken drops nothing that others may have taken over, before its lease says that it is still there", async () => {
  const [asleep, sibling] = [await newWorker(), await newWorker()];
  const { id: projectId } = await newProject();
  const { id: taskId } = await newTask(projectId);
  await call("task", "queue", { taskId });
  const [claim] = (await asleep.step()).claims;
  const session = holdSession(claim!);
  const lease = createLease(0);
  const services = { worker: { id: asleep.id }, held: new Map([[claim!.sessionId, session]]), lease };
  await db().session.update({ where: { id: claim!.sessionId }, data: { workerId: sibling.id } });

  const dropping = dropSuperseded(services as unknown as Services);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(session.superseded.signal.aborted).toBe(false);

  lease.extend(machineClockMs() + 60_000);
  await dropping;
  await eventually(() => session.superseded.signal.aborted);
});

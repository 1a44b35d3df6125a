import { expect, test } from "vitest";
import { owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { issueTicket, redeemTicket } from "./ticket.ts";

provideTestDatabase();

async function newSessionId(): Promise<string> {
  const project = await newProject();
  const { id: taskId } = await newTask(project.id);
  await call("session", "start", { taskId, type: "interactive", queue: true });
  const worker = await newWorker();
  return (await worker.step()).claims.find((claim) => claim.taskId === taskId)!.sessionId;
}

test("a ticket lets one viewer in, once; only its hash is kept", async () => {
  const sessionId = await newSessionId();
  const ticket = await issueTicket(db(), sessionId, owner.actor);
  const rows = await db().terminalTicket.findMany();
  expect(JSON.stringify(rows)).not.toContain(ticket);
  expect(await redeemTicket(db(), `${ticket}x`)).toBeNull();
  const taken = await Promise.all([1, 2, 3].map(() => redeemTicket(db(), ticket)));
  expect(taken.filter((one) => one !== null)).toEqual([{ sessionId, viewer: owner.actor }]);
  expect(await db().terminalTicket.count()).toBe(0);
});

test("a ticket whose time is over lets nobody in, and goes", async () => {
  const sessionId = await newSessionId();
  const [late, forgotten] = [
    await issueTicket(db(), sessionId, owner.actor),
    await issueTicket(db(), sessionId, owner.actor),
  ];
  await db().terminalTicket.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
  expect(await redeemTicket(db(), late)).toBeNull();
  expect(await db().terminalTicket.count()).toBe(1);
  await issueTicket(db(), sessionId, owner.actor);
  expect(await db().terminalTicket.count()).toBe(1);
  expect(await redeemTicket(db(), forgotten)).toBeNull();
});

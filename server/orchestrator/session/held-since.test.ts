import { beforeEach, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";
import { hostId } from "../../home.ts";
import { registerWorker, renewLease, signOff } from "../worker.ts";

provideTestDatabase();
beforeEach(async () => {
  hostId();
  await db().worker.deleteMany();
});

const disk = { freeBytes: 1e12, isShort: false };
const longAgo = new Date(Date.now() - 3_600_000);
const heldSince = async (id: string) => (await db().worker.findUniqueOrThrow({ where: { id } })).heldSince.getTime();
const runOut = (id: string) => db().worker.update({ where: { id }, data: { leaseUntil: new Date(Date.now() - 1000) } });

async function longThere() {
  const worker = await registerWorker();
  await db().worker.update({ where: { id: worker.id }, data: { heldSince: longAgo } });
  return worker;
}

it("an orchestrator that renews in time has been there all along; one whose lease ran out begins anew", async () => {
  const worker = await longThere();
  await renewLease(worker, disk);
  expect(await heldSince(worker.id)).toBe(longAgo.getTime());
  await runOut(worker.id);
  await renewLease(worker, disk);
  expect(Date.now() - (await heldSince(worker.id))).toBeLessThan(10_000);
});

it("a successor within the lease goes on where its predecessor was, after a crash as after a stop; a later one begins anew", async () => {
  const crashed = await longThere();
  const next = await registerWorker();
  expect(await heldSince(next.id)).toBe(longAgo.getTime());
  await signOff(next);
  await runOut(crashed.id);
  const last = await registerWorker();
  expect(await heldSince(last.id)).toBe(longAgo.getTime());
  await runOut(next.id);
  await runOut(last.id);
  expect(Date.now() - (await heldSince((await registerWorker()).id))).toBeLessThan(10_000);
});

it("an orchestrator of another host vouches only for itself", async () => {
  const { id } = await longThere();
  await db().worker.update({ where: { id }, data: { hostId: "00000000-0000-7000-8000-000000000002" } });
  expect(Date.now() - (await heldSince((await registerWorker()).id))).toBeLessThan(10_000);
});

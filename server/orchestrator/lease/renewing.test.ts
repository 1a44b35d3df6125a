import { afterEach, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_LEASE_MS: "900" }));

import { db } from "@/lib/db.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";
import { hostId } from "../../home.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { assemble } from "../assemble.ts";
import { type Renewing, startRenewing } from "./renewing.ts";

provideTestDatabase();
let renewing: Renewing;
afterEach(() => renewing.stop());

it("a renewal that neither succeeds nor fails is told after two leases; until then, and when it is through, nothing is", async () => {
  hostId();
  const services = await assemble();
  let hung = 0;
  renewing = startRenewing(services, { onGivenUp: async () => {}, onHung: () => hung++ });
  await renewing.now();
  expect(services.lease.isHeld()).toBe(true);
  await db().$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM "Worker" WHERE id = ${services.worker.id}::uuid FOR UPDATE`;
      await eventually(() => !services.lease.isHeld());
      expect(hung).toBe(0);
      await eventually(() => hung === 1);
    },
    { timeout: 20_000 },
  );
  await eventually(() => services.lease.isHeld());
  expect(hung).toBe(1);
  await services.spawner.close();
});

it("who stops of its own accord is not told that it was given up, though its row is gone before its last renewal is over", async () => {
  hostId();
  const services = await assemble();
  let givenUp = 0;
  renewing = startRenewing(services, { onGivenUp: async () => void givenUp++, onHung: () => {} });
  await renewing.now();
  let signOff = () => {};
  const signedOff = new Promise<void>((resolve) => {
    signOff = resolve;
  });
  const leaving = db().$transaction(async (tx) => {
    await tx.worker.update({ where: { id: services.worker.id }, data: { stoppedAt: new Date() } });
    await signedOff;
  });
  void renewing.now().catch(() => {});
  const stopped = renewing.stop();
  signOff();
  await Promise.all([leaving, stopped]);
  expect(givenUp).toBe(0);
  await services.spawner.close();
});

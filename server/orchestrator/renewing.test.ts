import { afterEach, expect, it, vi } from "vitest";

vi.hoisted(() => {
  const { mkdtempSync } = require("node:fs") as typeof import("node:fs");
  process.env.RUNBOARD_HOME = mkdtempSync(`${require("node:os").tmpdir()}/runboard-renewing-`);
  process.env.RUNBOARD_LEASE_MS = "900";
  process.env.RUNBOARD_LOG_LEVEL = "silent";
});

import { rmSync } from "node:fs";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";
import { hostId } from "../home.ts";
import { eventually } from "../sandbox/eventually.ts";
import { assemble } from "./assemble.ts";
import { type Renewing, startRenewing } from "./renewing.ts";

provideTestDatabase();
let renewing: Renewing;
afterEach(() => {
  renewing.stop();
  rmSync(env.RUNBOARD_HOME, { recursive: true, force: true });
});

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

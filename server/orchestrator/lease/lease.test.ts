import { expect, it } from "vitest";
import { createLease } from "./lease.ts";

it("is held until the moment named; who asks afterwards waits until it is extended beyond now", async () => {
  let nowMs = 0;
  const lease = createLease(1_000, () => nowMs);
  nowMs = 999;
  expect(lease.isHeld()).toBe(true);
  await lease.held();
  nowMs = 1_000;
  expect(lease.isHeld()).toBe(false);
  let isThrough = false;
  const waiting = lease.held().then(() => {
    isThrough = true;
  });
  // A renewal that was on its way while the process stood still.
  lease.extend(900);
  await Promise.resolve();
  expect([lease.isHeld(), isThrough]).toEqual([false, false]);
  lease.extend(2_000);
  await waiting;
  expect([lease.isHeld(), isThrough]).toEqual([true, true]);
});

it("is never shortened by a renewal that arrives late", () => {
  const lease = createLease(5_000, () => 3_000);
  lease.extend(2_000);
  expect(lease.isHeld()).toBe(true);
});

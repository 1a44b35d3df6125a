import { expect, it } from "vitest";
import { createSeldom } from "./seldom.ts";

it("what is not there is looked for seldom, at once after a hint, and always once it is there", async () => {
  let [nowMs, looks, isThere] = [1_000, 0, false];
  const seldom = createSeldom(
    async () => {
      looks += 1;
      return isThere;
    },
    () => nowMs,
  );
  const looksOf = async (ticks: number) => {
    const before = looks;
    for (let n = 0; n < ticks; n++) {
      await seldom.tick();
      nowMs += 2_000;
    }
    return looks - before;
  };
  expect(await looksOf(10)).toBe(1);
  expect(await looksOf(10)).toBe(1);
  seldom.hint();
  expect(await looksOf(5)).toBe(1);
  isThere = true;
  seldom.hint();
  expect(await looksOf(10)).toBe(10);
});

it("a hint during a look that finds nothing is not forgotten, nor is a look that fails", async () => {
  let looks = 0;
  const seldom = createSeldom(
    async () => {
      looks += 1;
      if (looks === 1) seldom.hint();
      if (looks === 2) throw new Error("no database");
      return false;
    },
    () => 1_000,
  );
  await seldom.tick();
  await expect(seldom.tick()).rejects.toThrow("no database");
  await seldom.tick();
  await seldom.tick();
  expect(looks).toBe(3);
});

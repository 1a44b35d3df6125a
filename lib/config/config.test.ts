import { expect, it } from "vitest";
import { instanceStream } from "@/lib/journal.ts";
import { call, eventsOf, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

it("a change of the configuration tells what is different, and one that changes nothing is none", async () => {
  const { version } = await call<{ version: number }>("config", "get", {});
  const limits = { maxConcurrentPerAgentType: { cli: 2 } };
  expect(await call("config", "update", { values: limits })).toMatchObject({ version: version + 1 });
  expect(await call("config", "update", { values: limits })).toMatchObject({ version: version + 1 });
  await call("config", "update", { values: { ...limits, maxQueueSize: 7 } });
  expect((await eventsOf(instanceStream)).map(({ payload }) => payload)).toEqual([
    { changed: ["maxConcurrentPerAgentType"] },
    { changed: ["maxQueueSize"] },
  ]);
});

import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { instanceStream } from "@/lib/journal.ts";
import { call, eventsOf, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

const resume = (agent: string) => call<{ agent: string; pausedUntil: string | null }>("queue", "resume", { agent });
const resumedIn = async (streamId: string) =>
  (await eventsOf(streamId))
    .filter(({ type }) => type === "AGENT_RESUMED")
    .map(({ actor, payload }) => ({ actor, payload }));

it("a person lifts the pause of a type of agent: its tasks start, who did it is told where they wait, and once is enough", async () => {
  const [here, elsewhere] = [await newProject(), await newProject()];
  const { id } = await newTask(here.id, { type: "codex", spec: { prompt: "x" } });
  await call("task", "queue", { taskId: id });
  const until = new Date(Date.now() + 3_600_000);
  await db().agentPause.createMany({
    data: ["codex", "gemini"].map((agent) => ({ agent, until, reason: "RATE_LIMITED" })),
  });
  const worker = await newWorker();
  expect((await worker.step()).claims).toEqual([]);

  expect(await resume("codex")).toEqual({ agent: "codex", pausedUntil: until.toISOString() });
  expect((await worker.step()).claims.map(({ taskId }) => taskId)).toEqual([id]);
  const told = [{ actor: { type: "person", id: "owner", name: "Owner" }, payload: { agent: "codex" } }];
  expect(await resumedIn(here.id)).toEqual(told);
  expect(await resumedIn(instanceStream)).toEqual(told);
  expect(await resumedIn(elsewhere.id)).toEqual([]);
  const { pauses } = await call<{ pauses: { agent: string }[] }>("queue", "status", {});
  expect(pauses.map(({ agent }) => agent)).toEqual(["gemini"]);
  const lifted = await db().agentPause.findUniqueOrThrow({ where: { agent: "codex" } });
  expect(Math.abs(lifted.until.getTime() - Date.now()), "it is kept when it ended").toBeLessThan(10_000);

  expect(await resume("codex")).toEqual({ agent: "codex", pausedUntil: null });
  expect(await resumedIn(instanceStream)).toEqual(told);
});

it("a pause that is over already is not lifted by anybody", async () => {
  await db().agentPause.create({ data: { agent: "opencode", until: new Date(0), reason: "RATE_LIMITED" } });
  expect(await resume("opencode")).toEqual({ agent: "opencode", pausedUntil: null });
});

import { expect, it } from "vitest";
import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import { ageTask, monitoredProject, reactedIn, steadyWorker } from "@/lib/testing/monitored.ts";
import { newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { monitorDueProjects } from "./monitor.ts";

provideTestDatabase();

async function waitingProject(): Promise<string> {
  const projectId = await monitoredProject();
  await ageTask((await newTask(projectId)).id, 100_000);
  return projectId;
}
const orchestrator = async () => ({ id: (await steadyWorker()).id, hostId: "", maxConcurrent: 1 });
const checkedMsAgo = async (projectId: string) =>
  Date.now() - (await db().project.findUniqueOrThrow({ where: { id: projectId } })).monitorCheckedAt!.getTime();

it("two orchestrators check what is due between them, and one project that cannot be checked keeps up no other", async () => {
  const [broken, ...sound] = [await waitingProject(), await waitingProject(), await waitingProject()];
  await db().$executeRaw`
    UPDATE "Project" SET settings = settings || '{"escalationStrategy": "sing"}' WHERE id = ${broken!}::uuid`;
  const config = await readConfig(db());
  const [one, other] = [
    { worker: await orchestrator(), config },
    { worker: await orchestrator(), config },
  ];

  await Promise.all([monitorDueProjects(one), monitorDueProjects(other)]);
  for (const projectId of sound) expect(await reactedIn(projectId)).toHaveLength(1);
  expect(await reactedIn(broken!)).toEqual([]);
  // Ten seconds before it is due again.
  expect(Math.abs((await checkedMsAgo(broken!)) - 290_000)).toBeLessThan(5_000);
  for (const projectId of sound) expect(await checkedMsAgo(projectId)).toBeLessThan(10_000);

  await db().$executeRaw`UPDATE "Project" SET settings = settings - 'escalationStrategy', "monitorCheckedAt" = NULL`;
  await monitorDueProjects(one);
  expect(await reactedIn(broken!)).toHaveLength(1);
  for (const projectId of sound) expect(await reactedIn(projectId)).toHaveLength(1);
});

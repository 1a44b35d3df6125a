import { v7 as uuid } from "uuid";
import { owner } from "../../lib/actor.ts";
import { db } from "../../lib/db.ts";
import { DomainError } from "../../lib/errors.ts";
import { invoke } from "../../lib/invoke.ts";
import { engineProject } from "../engine.ts";
import type { Random } from "../random.ts";

const nodes = 10_000;
const edgesPerNode = 5;

/**
 * How long a person waits for an edge on a graph of 10,000 tasks and 50,000 edges, in ms: the whole operation, one that closes
 * a cycle and one that does not by turns, each with almost the whole graph before it. Throws when one is answered wrongly.
 */
export async function timeCycleChecks(random: Random, count: number): Promise<number[]> {
  const ids = await makeLargeGraph();
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const [low, high] = [random.under(100), nodes - 1 - random.under(100)];
    const closes = n % 2 === 0;
    const [task, other] = closes ? [ids[low]!, ids[high]!] : [await newTask(), ids[high]!];
    const began = performance.now();
    const code = await answerTo(task, other);
    times.push(performance.now() - began);
    if (code !== (closes ? "DEPENDENCY_CYCLE" : null))
      throw new Error(`The edge ${task} ${other} was answered ${code}.`);
  }
  return times;

  async function newTask(): Promise<string> {
    const { projectId } = await db().task.findUniqueOrThrow({ where: { id: ids[0]! } });
    const input = { projectId, title: "new", status: "DRAFT", spec: {} };
    return ((await invoke("task", "create", input, { caller: owner })) as { id: string }).id;
  }
}

async function answerTo(taskId: string, dependsOnId: string): Promise<string | null> {
  try {
    await invoke("task", "addDependency", { taskId, dependsOnId }, { caller: owner });
    return null;
  } catch (thrown) {
    if (thrown instanceof DomainError) return thrown.code;
    throw thrown;
  }
}

/** Every task waits for the five before it. Answers the ids in their order. */
async function makeLargeGraph(): Promise<string[]> {
  const projectId = await engineProject("large");
  const ids = Array.from({ length: nodes }, () => uuid());
  const { actor } = owner;
  const waitsFor = (n: number) => ids.slice(Math.max(0, n - edgesPerNode), n);
  for (let from = 0; from < nodes; from += 1000) {
    const some = ids.slice(from, from + 1000);
    await db().task.createMany({
      data: some.map((id, n) => ({
        ...{ id, projectId, number: from + n + 1, title: `${from + n}`, status: "APPROVED", createdBy: actor },
        openDependencies: waitsFor(from + n).length,
      })),
    });
    await db().dependency.createMany({
      data: some.flatMap((taskId, n) => waitsFor(from + n).map((dependsOnId) => ({ taskId, dependsOnId, projectId }))),
    });
  }
  await db().project.update({ where: { id: projectId }, data: { lastTaskNumber: nodes } });
  await db().$executeRaw`ANALYZE`;
  return ids;
}

import type { Caller } from "../../lib/actor.ts";
import { owner } from "../../lib/actor.ts";
import { inSnapshot, type Tx } from "../../lib/db.ts";
import { DomainError } from "../../lib/errors.ts";
import { invoke } from "../../lib/invoke.ts";
import { lastSeqs, since } from "../../lib/journal.ts";
import { engineProject } from "../engine.ts";
import type { Random } from "../random.ts";
import type { Edit } from "./told-graph.ts";

// A few people edit one small graph at once, each over connections of the pool, while workers claim and end its tasks. The
// order in which it happens is the database's; the journal tells it afterwards.

/** What a hand asked for and how it was answered. */
export interface Asked extends Edit {
  hand: string;
  /** Null: it was done. */
  code: string | null;
  /** The journal's last number before the question and after the answer. */
  before: number;
  after: number;
}

export interface Played {
  asked: Asked[];
  /** What each task was created to wait for. */
  edges: Map<string, string[]>;
  found: Found;
}

const size = 8;
const hands = 3;
const editsPerHand = 8;

export async function playSchedule(random: Random, name: string): Promise<Played> {
  const projectId = await engineProject(name);
  const edges = await fill(projectId, random);
  const ids = [...edges.keys()];
  await invoke("project", "setAutonomousExecution", { projectId, enabled: true }, { caller: owner });
  const asked: Asked[] = [];
  const work = async (hand: string) => {
    for (let n = 0; n < editsPerHand; n++) asked.push(await ask(projectId, hand, drawEdit(random, ids)));
  };
  await Promise.all(Array.from({ length: hands }, (_, n) => work(`hand ${n}`)));
  return { asked, edges, found: await inSnapshot((tx) => readProject(tx, projectId)) };
}

async function fill(projectId: string, random: Random): Promise<Map<string, string[]>> {
  const tasks = Array.from({ length: size }, (_, n) => ({
    ref: `t${n}`,
    title: `${n}`,
    status: "APPROVED",
    spec: { command: "true" },
    dependsOn: random.sample(
      Array.from({ length: n }, (_, earlier) => `t${earlier}`),
      random.under(3),
    ),
  }));
  const { items } = (await invoke("task", "createBatch", { projectId, tasks }, { caller: owner })) as {
    items: { ref: string; id: string }[];
  };
  const idOf = new Map(items.map(({ ref, id }) => [ref, id]));
  return new Map(tasks.map(({ ref, dependsOn }) => [idOf.get(ref)!, dependsOn.map((other) => idOf.get(other)!)]));
}

function drawEdit(random: Random, ids: readonly string[]): Edit {
  const verb = random.weighted<Edit["verb"]>([
    [8, "addDependency"],
    [4, "removeDependency"],
    [2, "delete"],
    [2, "queue"],
    [1, "unqueue"],
    [2, "cancel"],
    [4, "reopen"],
    [2, "complete"],
  ]);
  return { verb, task: random.pick(ids), other: random.pick(ids) };
}

async function ask(projectId: string, hand: string, edit: Edit): Promise<Asked> {
  const caller: Caller = { actor: { type: "person", id: hand, name: hand } };
  const isEdge = edit.verb === "addDependency" || edit.verb === "removeDependency";
  const input = { taskId: edit.task, ...(isEdge ? { dependsOnId: edit.other } : {}) };
  const before = await lastSeq(projectId);
  const code = await refusalOf(invoke("task", edit.verb, input, { caller }));
  return { ...edit, hand, code, before, after: await lastSeq(projectId) };
}

/** Whatever else is thrown ends the row: it is no refusal. */
async function refusalOf(work: Promise<unknown>): Promise<string | null> {
  try {
    await work;
    return null;
  } catch (thrown) {
    if (thrown instanceof DomainError) return thrown.code;
    throw thrown;
  }
}

const lastSeq = async (projectId: string): Promise<number> => (await lastSeqs([projectId])).get(projectId) ?? 0;

/** Tables and journal of a project at one moment. */
async function readProject(tx: Tx, projectId: string) {
  const where = { projectId };
  const tasks = await tx.task.findMany({ where, select: { id: true, status: true, openDependencies: true } });
  const edges = await tx.dependency.findMany({ where, select: { taskId: true, dependsOnId: true } });
  const { lastSeq } = await tx.stream.findUniqueOrThrow({ where: { id: projectId } });
  // Events are only ever added, so those up to the number of this moment are those of this moment.
  const events = await since(projectId, { after: 0, before: Number(lastSeq) + 1, limit: 100_000 });
  return { tasks, edges, events, lastSeq: Number(lastSeq) };
}

export type Found = Awaited<ReturnType<typeof readProject>>;

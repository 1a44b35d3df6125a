import { execFileSync } from "node:child_process";
import type { Random } from "../random.ts";
import type { Board, BoardTask } from "./board.ts";
import { askUntilAnswered, type Client, createClient } from "./client.ts";
import type { RunningProduct } from "./product.ts";
import type { RunPlan } from "./run-plan.ts";

/** Two people at the board. One edits cards and the graph, the other moves cards; neither touches what the other writes. */
export interface People {
  clients: Client[];
  /** Limits of the project that came into force, in order; the first is the one it began with. */
  limits: number[];
  /** Branches somebody made by hand where an attempt would publish: ref → commit. */
  planted: Map<string, string>;
  /** Tasks the people made or tried to make: title → what it should wait for. */
  created: Map<string, string[]>;
  /** Resolves when the last of their writes has been answered or given up. */
  finished: Promise<void>;
  stop(): void;
}

interface Hand {
  product: RunningProduct;
  board: Board;
  plan: RunPlan;
  random: Random;
  client: Client;
  people: People;
}

export function startPeople(
  product: RunningProduct,
  board: Board,
  { plan, random }: { plan: RunPlan; random: Random },
): People {
  const [editor, mover] = [createClient("editor", product), createClient("mover", product)];
  let isOver = false;
  const people: People = {
    clients: [editor, mover],
    limits: [plan.sessionLimit],
    planted: new Map(),
    created: new Map(),
    finished: Promise.resolve(),
    stop: () => {
      isOver = true;
    },
  };
  const work = async (client: Client, deeds: typeof edits) => {
    const hand = { product, board, plan, random, client, people };
    for (let done = 0; done < plan.edits / 2 && !isOver; done++) {
      await random.weighted(deeds)(hand, done);
      await new Promise((resolve) => setTimeout(resolve, random.between(10, 160)));
    }
  };
  people.finished = Promise.all([work(editor, edits), work(mover, moves)]).then(() => {});
  // Whoever waits for it hears it; before that it must not end the campaign.
  people.finished.catch(() => {});
  return people;
}

type Deed = (hand: Hand, number: number) => Promise<unknown>;

const someTask = ({ board, random }: Hand): BoardTask => random.pick(board.tasks);

const edits: (readonly [number, Deed])[] = [
  [5, createTask],
  [3, editTask],
  [3, addDependency],
  [2, removeDependency],
  [1, changeLimit],
  [2, plantBranch],
];
const moves: (readonly [number, Deed])[] = [
  [5, (hand) => move(hand, "cancel")],
  [4, (hand) => move(hand, "reopen")],
  [2, (hand) => move(hand, "retry")],
  [1, (hand) => move(hand, "complete")],
  [3, cancelAndReopen],
  [1, toggleAutonomous],
];

/** Repeated with the same key until it is answered half of the time; otherwise asked once. */
async function createTask({ board, client, people, random }: Hand, number: number): Promise<void> {
  const title = `${client.calls.length}-${number}`;
  const dependsOn = random.sample(board.tasks, random.between(0, 2)).map(({ id }) => id);
  const spec = { command: "sh", args: [board.script, board.witnessFile, `by-hand-${title}`, "instant", "0"] };
  const request = {
    method: "POST",
    path: `/projects/${board.projectId}/tasks`,
    body: { title, status: "APPROVED", spec, dependsOn },
    key: `create-${title}`,
  };
  people.created.set(title, dependsOn);
  const { status } = await client.write({ verb: "create", subject: title, ...request });
  const isUnanswered = status === 0 || status >= 500;
  if (isUnanswered && random.isTrue(0.5))
    await client.writeUntilAnswered({ verb: "create", subject: title, ...request });
}

async function editTask(hand: Hand, number: number): Promise<void> {
  const task = someTask(hand);
  const value = `edited ${number}`;
  const seen = await askUntilAnswered<{ version: number }>(hand.product, { method: "GET", path: `/tasks/${task.id}` });
  const body = { description: value, version: seen.version };
  await hand.client.write({ verb: "edit", subject: task.id, value, method: "PATCH", path: `/tasks/${task.id}`, body });
}

async function addDependency(hand: Hand): Promise<void> {
  const [task, other] = hand.random.sample(hand.board.tasks, 2);
  await writeEdge(hand, "PUT", task!, other!);
}

async function removeDependency(hand: Hand): Promise<void> {
  const task = hand.random.pick(
    hand.board.tasks.filter(({ dependsOn }) => dependsOn.length > 0).concat(hand.board.tasks[0]!),
  );
  const ref = hand.random.pick(task.dependsOn.concat(task.ref));
  await writeEdge(hand, "DELETE", task, hand.board.tasks.find((one) => one.ref === ref)!);
}

async function writeEdge({ client }: Hand, method: "PUT" | "DELETE", task: BoardTask, other: BoardTask): Promise<void> {
  const verb = method === "PUT" ? "depend" : "release";
  const path = `/tasks/${task.id}/dependencies/${other.id}`;
  await client.write({ verb, subject: `${task.id} ${other.id}`, method, path });
}

/** Whether an unanswered change came into force is looked up before the next one, so that the list of limits is exact. */
async function changeLimit({ product, board, client, people, random }: Hand): Promise<void> {
  const limit = random.between(2, 10);
  if (limit === people.limits.at(-1)) return;
  const path = `/projects/${board.projectId}`;
  const read = () =>
    askUntilAnswered<{ version: number; settings: { maxConcurrentSessions: number } }>(product, {
      method: "GET",
      path,
    });
  const { version } = await read();
  const body = { settings: { maxConcurrentSessions: limit }, version };
  const { status } = await client.write({
    verb: "limit",
    subject: board.projectId,
    value: String(limit),
    method: "PATCH",
    path,
    body,
  });
  const isRefused = status >= 400 && status < 500;
  const isInForce = status === 200 || (!isRefused && (await read()).settings.maxConcurrentSessions === limit);
  if (isInForce) people.limits.push(limit);
}

/** Where the first attempt of a task that writes would publish, somebody has made a branch of that name: it has to stay as it is. */
async function plantBranch({ board, people, random }: Hand): Promise<void> {
  const writers = board.tasks.filter(({ mode }) => mode === "write");
  if (writers.length === 0) return;
  const ref = `refs/heads/runboard/${random.pick(writers).key}/a1`;
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", board.repository, ...args], { encoding: "utf8", stdio: "pipe" }).trim();
  try {
    const commit = git("rev-parse", "main");
    git("update-ref", ref, commit, "0".repeat(40));
    people.planted.set(ref, commit);
  } catch {
    // The attempt was quicker.
  }
}

async function move(hand: Hand, verb: string, task = someTask(hand)): Promise<number> {
  const path = `/tasks/${task.id}/${verb}`;
  return (await hand.client.write({ verb, subject: task.id, method: "POST", path, body: {} })).status;
}

/** Of a task that runs: the next attempt must wait until the processes of this one are gone. */
async function cancelAndReopen(hand: Hand): Promise<void> {
  const path = `/projects/${hand.board.projectId}/tasks?status=RUNNING&limit=50`;
  const { items } = await askUntilAnswered<{ items: { id: string }[] }>(hand.product, { method: "GET", path });
  const running = hand.board.tasks.filter(({ id }) => items.some((item) => item.id === id));
  const slow = running.filter(({ mode }) => mode !== "instant");
  if (running.length === 0) return;
  const task = hand.random.pick(slow.length > 0 ? slow : running);
  if ((await move(hand, "cancel", task)) === 200) await move(hand, "reopen", task);
}

async function toggleAutonomous({ board, client, random }: Hand): Promise<void> {
  const path = `/projects/${board.projectId}/autonomous-execution`;
  for (const enabled of [false, true]) {
    await client.write({
      verb: "autonomous",
      subject: board.projectId,
      value: String(enabled),
      method: "PATCH",
      path,
      body: { enabled },
    });
    await new Promise((resolve) => setTimeout(resolve, random.between(50, 400)));
  }
}

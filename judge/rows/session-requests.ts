import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../../e2e/product.ts";
import { brokenIn, type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import { childrenOf, residentBytes } from "../processes.ts";
import { foldQueue } from "../queue-history.ts";
import { type Random, randomOf } from "../random.ts";
import type { RowOptions, RowResult } from "../row.ts";

const flatBytes = 64 * 1024 * 1024;
const mib = (bytes: number) => Math.round(bytes / 1024 / 1024);

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const random = randomOf(Number(process.env.SEED ?? 5), "session-requests");
  const product = await startJudged({ TASK_MAX_CONCURRENT: "4" });
  const rounds: Round[] = [];
  try {
    await ask(product, { count: 5, drained: 5 }, random);
    // The short form lets a part of them run and clears the queue of the others.
    for (const count of isLong ? [50, 500, 500, 500] : [50, 500])
      rounds.push(await ask(product, { count, drained: isLong ? count : 50 }, random));
  } finally {
    await product.stop();
  }
  printTable(
    [
      "at once",
      "answered 201",
      "p95 of the answers, ms",
      "looks at the queue",
      "completed",
      "in, s",
      "web before → peak → after, MB",
      "orchestrator",
    ],
    rounds.map(({ count, accepted, completed, times, looks, seconds, web, orchestrator }) => [
      count,
      accepted,
      percentile(times, 0.95).toFixed(0),
      looks,
      completed,
      seconds.toFixed(1),
      web.map(mib).join(" → "),
      orchestrator.map(mib).join(" → "),
    ]),
  );
  const wrong = rounds.flatMap((round) => round.wrong);
  for (const sentence of wrong.slice(0, 30)) console.log(`WRONG: ${sentence}`);
  const first = rounds[0]!;
  const last = rounds.at(-1)!;
  const growth = Math.max(last.web[2]! - first.web[2]!, last.orchestrator[2]! - first.orchestrator[2]!);
  return {
    goal: "50, then 500 session requests at once: none lost, order right, positions right at each moment, memory flat (+ ≤ 64 MB)",
    measured: `${rounds.map(({ accepted, count }) => `${accepted} of ${count}`).join(", ")} accepted, ${rounds.reduce((sum, { completed }) => sum + completed, 0)} completed, the others cleared; ${wrong.length} wrong; memory + ${mib(growth)} MB`,
    isMet: wrong.length === 0 && rounds.every(({ refused }) => refused === 0) && !(growth > flatBytes),
    isCorrect: wrong.length === 0,
  };
}

interface Round {
  count: number;
  accepted: number;
  refused: number;
  completed: number;
  times: number[];
  looks: number;
  seconds: number;
  /** Bytes before, at most, and after. */
  web: number[];
  orchestrator: number[];
  wrong: string[];
}

interface Started {
  task: { id: string; queuedAt: string; priority: number };
  position: number;
}

interface Asked {
  count: number;
  /** As soon as so many have been completed, the queue is cleared. */
  drained: number;
}

async function ask(product: JudgedProduct, { count, drained }: Asked, random: Random): Promise<Round> {
  const projectId = await newProject(product, `requests-${count}-${random.under(1e6)}`, { maxConcurrentSessions: 4 });
  const taskIds = await drafts(product, projectId, count, random);
  const memory = watchMemory(product);
  const watch = watchQueue(product, projectId);
  const began = performance.now();
  const times: number[] = [];
  const answers = await Promise.all(
    taskIds.map(async (taskId) => {
      const answer = await product.api<Started>("POST", "/sessions", { taskId });
      times.push(performance.now() - began);
      return answer;
    }),
  );
  const accepted = answers.filter(({ status }) => status === 201).map(({ body }) => body);
  // Too much at once may be refused, with words and nothing done; anything else may not.
  const refused = answers.filter(({ status }) => status === 429 || status === 503).length;
  const odd = answers.filter(({ status }) => ![201, 429, 503].includes(status));
  const wanted = Math.min(drained, accepted.length);
  await eventually(async () => (await countOf(product, projectId, "COMPLETED")) >= wanted, 600_000);
  const cleared = await clearQueue(product, projectId);
  await eventually(async () => (await countOf(product, projectId, "RUNNING")) === 0, 600_000);
  const seconds = (performance.now() - began) / 1000;
  const looks = await watch.end();
  const completed = await countOf(product, projectId, "COMPLETED");
  const waiting = await countOf(product, projectId, "APPROVED");
  const isWhole = completed + waiting === accepted.length && waiting === new Set(cleared).size;
  const wrong = [
    ...(isWhole
      ? []
      : [`of ${accepted.length}, ${completed} are completed, ${cleared.length} were cleared, ${waiting} are back`]),
    ...odd.map(({ status, body }) => `${status} ${JSON.stringify(body)}`),
    ...(await judgeOrder(product, projectId, accepted, looks)),
    ...(await brokenIn(projectId)),
  ];
  return {
    count,
    accepted: accepted.length,
    refused,
    completed,
    times,
    looks: looks.length,
    seconds,
    ...(await memory.end()),
    wrong,
  };
}

async function drafts({ api }: JudgedProduct, projectId: string, count: number, random: Random): Promise<string[]> {
  const tasks = Array.from({ length: count }, (_, n) => ({
    title: `request ${n}`,
    priority: random.under(5),
    spec: { command: "true" },
  }));
  const { body } = await api<{ items: { id: string }[] }>("POST", `/projects/${projectId}/tasks/batch`, { tasks });
  return body.items.map(({ id }) => id);
}

async function clearQueue({ api }: JudgedProduct, projectId: string): Promise<string[]> {
  const { body } = await eventually(async () => {
    const answer = await api<{ cleared: string[] }>("DELETE", `/queue?projectId=${projectId}`);
    return answer.status === 200 && answer;
  }, 120_000);
  return body.cleared;
}

async function countOf({ database }: JudgedProduct, projectId: string, status: string): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM "Task" WHERE "projectId" = $1 AND status = $2`;
  return (await database.query(sql, [projectId, status])).rows[0].n;
}

/** One answer of queue.status, and how far the journal was before and after it. */
interface Look {
  from: number;
  until: number;
  items: { taskId: string; position: number | null }[];
  depth: number;
}

function watchQueue(product: JudgedProduct, projectId: string): { end(): Promise<Look[]> } {
  const looks: Look[] = [];
  let isOver = false;
  const seq = async () => {
    const { rows } = await product.database.query(`SELECT "lastSeq" FROM "Stream" WHERE id = $1`, [projectId]);
    return Number(rows[0].lastSeq);
  };
  const watching = (async () => {
    while (!isOver) {
      const from = await seq();
      const { body } = await product.api<Pick<Look, "items" | "depth">>("GET", "/queue");
      looks.push({ from, until: await seq(), items: body.items, depth: body.depth });
      await sleep(50);
    }
  })();
  // Whoever ends it hears of it.
  watching.catch(() => {});
  const end = async () => {
    isOver = true;
    await watching;
    return looks;
  };
  return { end };
}

async function judgeOrder(
  { api }: JudgedProduct,
  projectId: string,
  accepted: readonly Started[],
  looks: readonly Look[],
): Promise<string[]> {
  const { body } = await api<{ values: { priorityAgeingSeconds: number } }>("GET", "/config");
  const rankOf = ({ task }: Started) =>
    Date.parse(task.queuedAt) - task.priority * body.values.priorityAgeingSeconds * 1000;
  const history = await foldQueue(projectId, new Map(accepted.map((one) => [one.task.id, rankOf(one)])));
  const misplaced = accepted.filter(({ task, position }) => {
    const place = history.places.get(task.id);
    return place === undefined || position < place.least || position > place.most;
  });
  const wrongLooks = looks.filter(({ items, depth, from, until }) => {
    const isCounted = items.every(({ position }, index) => position === index + 1) && depth === items.length;
    return (
      !isCounted ||
      !history.wasEver(
        items.map(({ taskId }) => taskId),
        from,
        until,
      )
    );
  });
  return [
    ...history.wrongClaims,
    ...misplaced.map(
      ({ task, position }) =>
        `${task.id} was told place ${position}, had ${JSON.stringify(history.places.get(task.id))}`,
    ),
    ...wrongLooks.map(({ items, depth, from, until }) => {
      const places = items.map(({ position }) => position);
      return `the queue was shown as it never was between events ${from} and ${until}: ${items.length} of ${depth}, places ${places.slice(0, 6).join(" ")}`;
    }),
  ];
}

function watchMemory({ process: { pid } }: JudgedProduct): { end(): Promise<Pick<Round, "web" | "orchestrator">> } {
  const samples = { web: [] as number[], orchestrator: [] as number[] };
  const names = ["web", "orchestrator"] as const;
  const pids = names.map((name) => childrenOf(pid!, `/${name}.`)[0] ?? 0);
  const look = () => {
    for (const [index, name] of names.entries()) samples[name].push(residentBytes(pids[index]!));
  };
  look();
  const clock = setInterval(look, 100);
  const end = async () => {
    clearInterval(clock);
    look();
    const summary = (values: number[]) => [values[0]!, Math.max(...values), values.at(-1)!];
    return { web: summary(samples.web), orchestrator: summary(samples.orchestrator) };
  };
  return { end };
}

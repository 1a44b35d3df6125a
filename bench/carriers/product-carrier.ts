import { randomUUID } from "node:crypto";
import { eventually } from "../../e2e/product.ts";
import { type JudgedProduct, newProject, startJudged } from "../../judge/judged-product.ts";
import { onStage, type Stage } from "../stage.ts";
import type { Carrier, Drain } from "./carrier.ts";
import { createTasks } from "./create-tasks.ts";

/** The built product, as `npm start` starts it, on a database of its own. */
export async function startProductOn(stage: Stage, environment: Record<string, string> = {}): Promise<JudgedProduct> {
  const product = await startJudged(environment);
  stage.atEnd(() => product.stop());
  return product;
}

/** A stage with one product on it. */
export const withProduct = <Result>(
  work: (product: JudgedProduct, stage: Stage) => Promise<Result>,
  environment?: Record<string, string>,
): Promise<Result> => onStage(async (stage) => work(await startProductOn(stage, environment), stage));

const longestMs = 1_800_000;

interface ProductOptions {
  /** Alive beside each other; the concurrency asked for is divided among them. 1 when left out. */
  orchestrators?: number;
  /** Is there while the graph is carried out. */
  during?: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Told of each project whose graph is done. */
  onDone?: (projectId: string) => void;
}

/**
 * The product through its public door: a graph becomes the tasks of a new project on a new repository; the time goes from
 * switching autonomous mode on to the last completion in the journal. Throws when a task fails.
 */
export function productCarrier(
  product: JudgedProduct,
  { orchestrators = 1, during = (work) => work(), onDone = () => {} }: ProductOptions = {},
): Carrier {
  return async (drain) => {
    await giveSlots(product, drain.concurrency / orchestrators);
    const projectId = await createGraph(product, drain);
    const beganAtMs = await during(async () => {
      const now = Date.now();
      await must(product.api("PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: true }));
      await eventually(() => isDone(product, projectId), longestMs);
      return now;
    });
    onDone(projectId);
    return (await lastCompletionMs(product, projectId)) - beganAtMs;
  };
}

/** Every orchestrator learns it with the next renewal of its lease. */
async function giveSlots({ api, database }: JudgedProduct, maxConcurrent: number): Promise<void> {
  await must(api("PATCH", "/config", { values: { maxConcurrent } }));
  await eventually(async () => {
    const { rows } = await database.query(
      `SELECT 1 FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > now() AND "maxConcurrent" <> $1`,
      [maxConcurrent],
    );
    return rows.length === 0;
  });
}

async function createGraph(product: JudgedProduct, { graph, concurrency, commandLine }: Drain): Promise<string> {
  const projectId = await newProject(product, `graph-${randomUUID().slice(0, 8)}`, {
    maxConcurrentSessions: concurrency,
  });
  await createTasks(graph, commandLine!, async (tasks) => {
    const { items } = await must(product.api<Created>("POST", `/projects/${projectId}/tasks/batch`, { tasks }));
    return items;
  });
  return projectId;
}

interface Created {
  items: { ref: string; id: string }[];
}

async function must<Answer>(call: Promise<{ status: number; body: Answer }>): Promise<Answer> {
  const { status, body } = await call;
  if (status >= 300) throw new Error(`The product answered ${status}: ${JSON.stringify(body)}`);
  return body;
}

async function isDone({ database }: JudgedProduct, projectId: string): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT number, status, "lastError" FROM "Task" WHERE "projectId" = $1 AND status <> 'COMPLETED'
     ORDER BY status = 'FAILED' DESC LIMIT 1`,
    [projectId],
  );
  if (rows[0]?.status === "FAILED") throw new Error(`Task ${rows[0].number} failed: ${rows[0].lastError}`);
  return rows.length === 0;
}

/** By the journal, on the machine's clock. */
async function lastCompletionMs({ database }: JudgedProduct, projectId: string): Promise<number> {
  const { rows } = await database.query(
    `SELECT extract(epoch FROM max(at)) * 1000 AS ms FROM "Event" WHERE "streamId" = $1 AND type = 'TASK_COMPLETED'`,
    [projectId],
  );
  return Number(rows[0].ms);
}

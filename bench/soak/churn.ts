import { setTimeout as sleep } from "node:timers/promises";
import type { JudgedProduct } from "../../judge/judged-product.ts";
import { call } from "../call.ts";
import { drained } from "../drained.ts";
import type { Requests } from "../load/requests.ts";
import { type Program, startProgram } from "../program.ts";
import { timed } from "../rounds.ts";

/** People and programs that come and go for as long as it lasts. */
export interface Churn {
  /** Tasks asked for so far. */
  tasks(): number;
  /** A fifth of the sockets goes, as many come. */
  changeSockets(): Promise<unknown>;
  /** Resolves when nothing is under way any more. Rejects with what broke off meanwhile. */
  stop(): Promise<void>;
}

interface ChurnOptions {
  projectId: string;
  tasksPerSecond: number;
  sockets: number;
  /** So many of the latest tasks are there at a time. */
  keptTasks: number;
}

/** What a task does, in turn: nothing, twice; says much; leaves work behind; fails; is cancelled while it runs. */
const lines = ["true", "true", "seq 1 2000", "date > today", "echo this one fails; false", "sleep 600"];
const linesThatEnd = lines.filter((line) => !line.startsWith("sleep"));

/** Tasks a second that the product carries out when so many are asked for, one call after the other. */
export async function capacity(product: JudgedProduct, projectId: string, tasks: number): Promise<number> {
  const ms = await timed(async () => {
    for (let n = 0; n < tasks; n++) await askFor(product, projectId, n, linesThatEnd);
    await drained(product, projectId);
  });
  return (tasks * 1000) / ms;
}

async function askFor(product: JudgedProduct, projectId: string, n: number, among = lines) {
  const line = among[n % among.length]!;
  const fields = { projectId, title: `${n}: ${line}`, maxAttempts: 1, spec: { command: "sh", args: ["-c", line] } };
  const { task } = await call<{ task: { id: string } }>(product, "POST", "/tasks/create-and-start", fields);
  return { id: task.id, isEndless: line.startsWith("sleep") };
}

export async function startChurn(product: JudgedProduct, options: ChurnOptions): Promise<Churn> {
  const { url, token } = product;
  const { projectId, sockets } = options;
  const over = new AbortController();
  const followers = await startProgram("push/io-clients.ts", { url, token, projectId, sockets });
  const readers = await startProgram("load/requests.ts", { url, token });
  let tasks = 0;
  const all = Promise.all([
    keepAsking(product, options, { signal: over.signal, count: () => tasks++ }),
    keepReading(readers, projectId, over.signal),
  ]);
  all.catch(() => {});
  const exchanged = Math.ceil(sockets / 5);
  return {
    tasks: () => tasks,
    changeSockets: () => Promise.race([followers.ask({ close: exchanged, open: exchanged }), all]),
    stop: async () => {
      over.abort();
      await all;
      for (const program of [followers, readers]) await program.end();
    },
  };
}

/** At a fixed rate; the oldest goes when there are too many. */
async function keepAsking(
  product: JudgedProduct,
  { projectId, tasksPerSecond, keptTasks }: ChurnOptions,
  { signal, count }: { signal: AbortSignal; count: () => number },
): Promise<void> {
  const kept: string[] = [];
  let sleeping: string | undefined;
  const began = performance.now();
  while (!signal.aborted) {
    const n = count();
    const { id, isEndless } = await askFor(product, projectId, n);
    kept.push(id);
    if (isEndless) {
      if (sleeping) await call(product, "POST", `/tasks/${sleeping}/cancel`, {});
      sleeping = id;
    }
    if (kept.length > keptTasks) await removeOldest(product, kept);
    await sleep(Math.max(0, began + ((n + 1) * 1000) / tasksPerSecond - performance.now()));
  }
  if (sleeping) await call(product, "POST", `/tasks/${sleeping}/cancel`, {});
  await drained(product, projectId);
}

/** One that still runs has to wait for its turn to come again. */
async function removeOldest(product: JudgedProduct, kept: string[]): Promise<void> {
  const oldest = kept.shift()!;
  const { status, body } = await product.api("DELETE", `/tasks/${oldest}`);
  if (status === 409) kept.push(oldest);
  else if (status !== 200) throw new Error(`A task could not be deleted: ${status} ${JSON.stringify(body)}`);
}

/** A few reads a second, as open boards ask. */
async function keepReading(readers: Program, projectId: string, signal: AbortSignal): Promise<void> {
  const paths = [`/api/v1/projects/${projectId}/tasks?limit=50`, "/api/v1/queue", "/api/v1/resources"];
  while (!signal.aborted) await readers.ask({ paths, ratePerSecond: 5, seconds: 2 } satisfies Requests);
}

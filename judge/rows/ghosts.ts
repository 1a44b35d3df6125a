import { eventually } from "../../e2e/product.ts";
import { type Ghost, ghosts, type Haunted, haunt, processesOf, sessionsOf, taskOf } from "../ghosts.ts";
import { brokenIn, type JudgedProduct, startJudged } from "../judged-product.ts";
import { printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";

const goalMs = 30_000;

/** Everything rows and processes can disagree about, made on the running product, and how long until it is settled. */
export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const product = await startJudged({ RUNBOARD_LOG_LEVEL: "error" });
  const seen: Settled[] = [];
  try {
    for (let round = 0; round < (isLong ? 10 : 1); round++)
      for (const [index, ghost] of ghosts.entries()) seen.push(await lay(product, ghost, `ghost-${round}-${index}`));
  } finally {
    await product.stop();
  }
  printTable(
    ["ghost", "seconds until settled", "what a person reads"],
    seen.map(({ ghost, tookMs, says }) => [ghost.name, (tookMs / 1000).toFixed(1), says]),
  );
  const complaints = seen.flatMap((one) => one.complaints.map((complaint) => `${one.ghost.name}: ${complaint}`));
  for (const complaint of complaints) console.log(`- ${complaint}`);
  const slowestMs = Math.max(...seen.map(({ tookMs }) => tookMs));
  return {
    goal: "each settled ≤ 30 s with a reason a person reads",
    measured: `${seen.length} ghosts of ${ghosts.length} kinds, slowest ${(slowestMs / 1000).toFixed(1)} s, ${complaints.length} without their reason`,
    isMet: slowestMs <= goalMs,
    isCorrect: complaints.length === 0,
  };
}

interface Settled {
  ghost: Ghost;
  tookMs: number;
  says: string;
  complaints: string[];
}

async function lay(product: JudgedProduct, ghost: Ghost, name: string): Promise<Settled> {
  const haunted = await haunt(product, name);
  const isSettled = await ghost.make(haunted);
  const beganAt = performance.now();
  await eventually(isSettled, goalMs * 3);
  const tookMs = performance.now() - beganAt;
  const { says, complaints } =
    ghost.reason === null ? { says: "–", complaints: [] } : await readReason(haunted, ghost.reason);
  return { ghost, tookMs, says, complaints: [...complaints, ...(await layToRest(haunted))] };
}

/** On the session, and (where the task has failed by it) on the card. */
async function readReason(haunted: Haunted, expected: string): Promise<{ says: string; complaints: string[] }> {
  const { items } = await sessionsOf(haunted);
  const session = items.find(({ reason }) => reason === expected);
  if (session === undefined) return { says: "", complaints: [`shows ${items.map(({ reason }) => reason).join(", ")}`] };
  if (expected === "EXIT_ZERO") return { says: expected, complaints: [] };
  const { lastError } = await taskOf(haunted);
  const isOnCard = lastError === session.message;
  return { says: `${expected}: ${session.message}`, complaints: isOnCard ? [] : [`the card says ${lastError}`] };
}

/** Whatever runs yet may end; then nothing is left and what is stored is sound. */
async function layToRest(haunted: Haunted): Promise<string[]> {
  haunted.end();
  const status = await eventually(async () => {
    const task = await taskOf(haunted);
    return ["COMPLETED", "FAILED"].includes(task.status) && task.status;
  }).catch(() => null);
  const left = processesOf(haunted.sessionId).map((pid) => `process ${pid} is left`);
  return [...(status ? [] : ["the task did not end"]), ...left, ...(await brokenIn(haunted.project))];
}

import type { Board } from "./board.ts";
import { ask, askUntilAnswered, type Client } from "./client.ts";
import type { RunningProduct } from "./product.ts";

interface Counts {
  counts: Record<string, number>;
  lastSeq: number;
}
interface Card {
  id: string;
  key: string;
  status: string;
  blockedBy: string[];
}

const ended = ["COMPLETED", "FAILED", "CANCELLED", "STALLED"];
const patienceMs = 45_000;
/** Something happens, and nothing comes to its end by it. */
const patienceForAnEndMs = 180_000;

/**
 * Lets the board come to its end: nobody interferes any more, what waits for something that failed or was cancelled is
 * released by a person. Returns what got stuck, in sentences: for a long time nothing happened although something should, or no task
 * more came to its end.
 */
export async function drain(product: RunningProduct, board: Board, person: Client): Promise<string[]> {
  await setAutonomous(product, board, true);
  let last = { seq: -1, atMs: Date.now() };
  let least = { open: Number.POSITIVE_INFINITY, atMs: Date.now() };
  for (;;) {
    const now = await counts(product, board);
    if (now && now.lastSeq !== last.seq) last = { seq: now.lastSeq, atMs: Date.now() };
    if (now && openOf(now.counts) < least.open) least = { open: openOf(now.counts), atMs: Date.now() };
    if (Date.now() - last.atMs > patienceMs || Date.now() - least.atMs > patienceForAnEndMs)
      return stuck(product, board);
    if (now && isOver(now.counts)) return [];
    if (now && isParked(now.counts)) await release(product, board, person);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function counts(product: RunningProduct, board: Board): Promise<Counts | null> {
  const { status, body } = await ask<Counts>(product, { method: "GET", path: `/projects/${board.projectId}` });
  return status === 200 ? body : null;
}

const openOf = (by: Record<string, number>) =>
  Object.entries(by).reduce((sum, [status, n]) => (ended.includes(status) ? sum : sum + n), 0);

const isOver = (by: Record<string, number>) => openOf(by) === 0;

/** Nothing runs and nothing can: all that is left waits for something. */
const isParked = (by: Record<string, number>) => by.QUEUED === 0 && by.RUNNING === 0 && by.VALIDATING === 0;

/** What others wait for and that did not succeed is completed by hand, with the switch off so that it does not run again. */
async function release(product: RunningProduct, board: Board, person: Client): Promise<void> {
  const cards = await allCards(product, board);
  const byId = new Map(cards.map((card) => [card.id, card]));
  const waiting = cards.filter(({ status }) => status === "APPROVED" || status === "DRAFT");
  const blockers = new Set(waiting.flatMap(({ blockedBy }) => blockedBy));
  const dead = [...blockers].map((id) => byId.get(id)).filter((card) => card && ended.includes(card.status));
  if (dead.length === 0) return;
  await setAutonomous(product, board, false);
  for (const card of dead) {
    for (const verb of ["reopen", "complete"])
      await person.write({ verb, subject: card!.id, method: "POST", path: `/tasks/${card!.id}/${verb}`, body: {} });
  }
  await setAutonomous(product, board, true);
}

export async function allCards<Item = Card>(product: RunningProduct, board: Board): Promise<Item[]> {
  return allPages<Item>(product, `/projects/${board.projectId}/tasks?limit=200`);
}

export async function allPages<Item>(product: RunningProduct, path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor = ""; ; ) {
    const page = await askUntilAnswered<{ items: Item[]; nextCursor: string | null }>(product, {
      method: "GET",
      path: `${path}${cursor}`,
    });
    items.push(...page.items);
    if (page.nextCursor === null) return items;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

export function setAutonomous(product: RunningProduct, board: Board, enabled: boolean) {
  const path = `/projects/${board.projectId}/autonomous-execution`;
  return askUntilAnswered(product, { method: "PATCH", path, body: { enabled } });
}

async function stuck(product: RunningProduct, board: Board): Promise<string[]> {
  const cards = (await allCards(product, board)).filter(({ status }) => !ended.includes(status));
  const told = cards.slice(0, 5).map(async ({ id, key, status }) => {
    const { body } = await ask<{ reasons?: { message: string }[] }>(product, {
      method: "GET",
      path: `/tasks/${id}/explanation`,
    });
    return `${key} is ${status} and nothing happens for ${patienceMs / 1000} s: ${body.reasons?.map((one) => one.message).join(" ") ?? "(no explanation)"}`;
  });
  return [`${cards.length} tasks have not ended`, ...(await Promise.all(told))];
}

import { setTimeout as sleep } from "node:timers/promises";
import { type JudgedProduct, newProject } from "../../judge/judged-product.ts";
import { percentile } from "../../judge/numbers.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { openBrowser, type SignedIn } from "../browser.ts";
import { call } from "../call.ts";
import { cardsOf, fillBoard } from "../cards/fill-board.ts";
import { cardsReached, firstCardMs, moveSeenMs, titleSeenMs, watchCards } from "../cards/in-page.ts";
import { withProduct } from "../carriers/product-carrier.ts";
import type { Answers, Requests } from "../load/requests.ts";
import { startProgram } from "../program.ts";
import { median, takeTurns, timed } from "../rounds.ts";

// Boards of many cards in Chromium, one long column each: the first card of a cold load, the last one by scrolling, one that changes;
// and what others feel while thousands of tasks are imported at once.

/** A board reads what changes ten times a second at most (lib/client/live-cache.ts): sooner, a change would wait for the one before it. */
const apartMs = 300;

interface Sizes {
  many: number;
  most: number;
  imported: number;
  changes: number;
  importSeconds: number;
}
const full: Sizes = { many: 1000, most: 5000, imported: 4000, changes: 20, importSeconds: 10 };
const smoke: Sizes = { many: 5, most: 120, imported: 20, changes: 2, importSeconds: 0.5 };

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const sizes = isSmoke ? smoke : full;
  return withProduct(async (product, stage) => {
    const browser = await openBrowser(product);
    stage.atEnd(() => browser.close());
    return [...(await boards({ product, browser, sizes, rounds })), ...(await imports(product, sizes, rounds))];
  });
}

interface Boards {
  product: JudgedProduct;
  browser: SignedIn;
  sizes: Sizes;
  rounds: number;
}

async function boards({ product, browser, sizes, rounds }: Boards): Promise<Measured[]> {
  const many = await newBoard(product, "many", sizes.many);
  const most = await newBoard(product, "most", sizes.most);
  const cold = (path: string) => async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await watchCards(page);
    const ms = await firstCardMs(page, path);
    await context.close();
    return ms;
  };
  const page = await (await browser.newContext()).newPage();
  await watchCards(page);
  await firstCardMs(page, most.path);
  await page.waitForLoadState("networkidle");
  const several = async (one: () => Promise<number>) => {
    const timesMs: number[] = [];
    for (let n = 0; n < sizes.changes; n++) {
      await sleep(apartMs);
      timesMs.push(await one());
    }
    return median(timesMs);
  };
  const [titled, moved] = most.ids;
  let version = 1;
  const figures = await takeTurns(
    {
      many: cold(many.path),
      most: cold(most.path),
      list: () => listP95Ms(product, most.id),
      title: () => several(() => titleSeenMs(page, { id: titled!, version: version++ })),
      move: () => several(() => moveSeenMs(page, moved!)),
    },
    rounds,
  );
  const reached = await cardsReached(page, sizes.most);
  if (reached < sizes.most) throw new Error(`Scrolling reached ${reached} of ${sizes.most} cards.`);
  const line = (what: string, ours: readonly number[], max: number): Measured => ({
    goal: "P14",
    what,
    unit: "ms",
    ours,
    max,
  });
  return [
    line(`first card of ${sizes.many}, cold browser`, figures.many, 1000),
    line(`first card of ${sizes.most}, each reachable by scrolling`, figures.most, 1500),
    line(`a page of the list of ${sizes.most} cards through the API, p95`, figures.list, 100),
    line(`one card of ${sizes.most} changes its column: call → seen`, figures.move, 40),
    line(`one card of ${sizes.most} changes its title: call → seen`, figures.title, 40),
  ];
}

async function newBoard(product: JudgedProduct, name: string, cards: number) {
  const id = await newProject(product, name);
  const { key } = await call<{ key: string }>(product, "GET", `/projects/${id}`);
  return { id, path: `/p/${key}`, ids: await fillBoard(product, id, cards) };
}

async function listP95Ms(product: JudgedProduct, projectId: string): Promise<number> {
  const timesMs: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const path = `/projects/${projectId}/tasks?limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    timesMs.push(
      await timed(async () => {
        cursor = (await call<{ nextCursor: string | null }>(product, "GET", path)).nextCursor;
      }),
    );
  }
  return percentile(timesMs, 0.95);
}

/** One call brings thousands of tasks; meanwhile others read. */
async function imports(product: JudgedProduct, sizes: Sizes, rounds: number): Promise<Measured[]> {
  const { url, token } = product;
  const readers = await startProgram("load/requests.ts", { url, token });
  const figures: Record<"dropped" | "slowestMs" | "importMs", number[]> = { dropped: [], slowestMs: [], importMs: [] };
  for (let round = 0; round < rounds; round++) {
    const path = `/projects/${await newProject(product, `import-${round}`)}/tasks`;
    const paths = [`/api/v1${path}?limit=50`, "/api/v1/queue", "/api/v1/projects"];
    const asked = readers.ask<Answers>({ paths, ratePerSecond: 20, seconds: sizes.importSeconds } satisfies Requests);
    const tasks = cardsOf(sizes.imported);
    let status = 0;
    const importing = async () => {
      status = (await product.api("POST", `${path}/batch`, { tasks })).status;
    };
    figures.importMs.push(await timed(importing));
    const { tookMs, failed } = await asked;
    figures.dropped.push(failed + (status === 201 ? 0 : 1));
    figures.slowestMs.push(Math.max(...tookMs));
  }
  await readers.end();
  const line = (what: string, ours: readonly number[]) => ({
    goal: "P14",
    what: `${sizes.imported} tasks imported in a go: ${what}`,
    ours,
  });
  return [
    { ...line("calls dropped", figures.dropped), unit: "calls", max: 0 },
    { ...line("the slowest other call that was answered", figures.slowestMs), unit: "ms", max: 1000 },
    { ...line("the call itself", figures.importMs), unit: "ms", max: 1000 },
  ];
}

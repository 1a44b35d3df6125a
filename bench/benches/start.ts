import { io, type Socket } from "socket.io-client";
import { type JudgedProduct, newProject } from "../../judge/judged-product.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { openBrowser } from "../browser.ts";
import { call } from "../call.ts";
import { withProduct } from "../carriers/product-carrier.ts";
import { startProgram } from "../program.ts";
import { medianOf, takeTurns } from "../rounds.ts";
import { clickToProcess, noteClicks } from "../start/click.ts";
import { type FirstSights, firstSights, type Starter } from "../start/first-sight.ts";
import { callToProcess, release } from "../start/process-start.ts";

// How soon a task runs: seen from a socket, against the same stack without a store; and by the clock of its own process.

interface Sizes {
  /** A round. */
  requests: number;
  calls: number;
  clicks: number;
  links: number;
}
const full: Sizes = { requests: 300, calls: 20, clicks: 5, links: 20 };
const smoke: Sizes = { requests: 2, calls: 1, clicks: 1, links: 2 };

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const sizes = isSmoke ? smoke : full;
  return withProduct(async (product) => {
    return [...(await sights(product, sizes, rounds)), ...(await processStarts(product, sizes, rounds))];
  });
}

async function sights(product: JudgedProduct, { requests }: Sizes, rounds: number): Promise<Measured[]> {
  const projectId = await newProject(product, "sights");
  const socket = io(product.url, { auth: { token: product.token }, transports: ["websocket"] });
  await new Promise<void>((resolve) => socket.emit("subscribe", { projectId }, () => resolve()));
  const ours: Starter = {
    socket,
    post: () => call(product, "POST", "/tasks/create-and-start", { projectId, title: "true" }),
  };
  const passThrough = await startProgram("start/pass-through.ts");
  const theirs = await throughNothing((passThrough.greeting as { url: string }).url);
  const seen: Record<"ours" | "theirs", FirstSights[]> = { ours: [], theirs: [] };
  const side = (name: keyof typeof seen, starter: Starter) => async () => {
    seen[name].push(await firstSights(starter, requests));
    return seen[name].at(-1)!.p50Ms;
  };
  for (const starter of [ours, theirs]) await firstSights(starter, Math.min(requests, 10));
  await takeTurns({ ours: side("ours", ours), theirs: side("theirs", theirs) }, rounds);
  for (const each of [socket, theirs.socket]) each.close();
  await passThrough.end();
  const line = (share: "p50" | "p99", max: number): Measured => ({
    goal: "P1",
    what: `POST create-and-start → RUNNING at a socket, ${share}`,
    unit: "ms",
    ours: seen.ours.map((each) => each[`${share}Ms`]),
    theirs: { name: "pass-through", values: seen.theirs.map((each) => each[`${share}Ms`]) },
    max,
  });
  return [line("p50", 2.5), line("p99", 5)];
}

async function throughNothing(url: string): Promise<Starter> {
  const socket: Socket = io(url, { transports: ["websocket"] });
  await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
  const body = JSON.stringify({ title: "true" });
  const headers = { "content-type": "application/json" };
  return { socket, post: async () => (await fetch(url, { method: "POST", headers, body })).json() };
}

async function processStarts(product: JudgedProduct, sizes: Sizes, rounds: number): Promise<Measured[]> {
  const [calls, clicks, chain] = await Promise.all(
    ["calls", "clicks", "chain"].map((name) => newProject(product, name)),
  );
  const board = await call<{ key: string }>(product, "GET", `/projects/${clicks}`);
  const figures = await takeTurns(
    {
      call: () => medianOf(sizes.calls, () => callToProcess(product, calls!)),
      click: () => inBrowser(product, board.key, (click) => medianOf(sizes.clicks, () => click(clicks!))),
      release: () => release(product, chain!, sizes.links),
    },
    rounds,
  );
  const line = (what: string, ours: readonly number[], max: number): Measured => ({
    goal: "P13",
    what,
    unit: "ms",
    ours,
    max,
  });
  return [
    line("API call → process started, with its clone", figures.call, 140),
    line("click on the board → process started", figures.click, 300),
    line("command ended → dependent's process started, no tab open", figures.release, 60),
  ];
}

type Click = (projectId: string) => Promise<number>;

/** A browser only for so long: while the others are measured no tab is open. */
async function inBrowser(
  product: JudgedProduct,
  key: string,
  work: (click: Click) => Promise<number>,
): Promise<number> {
  const browser = await openBrowser(product);
  try {
    const page = await (await browser.newContext()).newPage();
    await noteClicks(page);
    await page.goto(`/p/${key}`);
    return await work((projectId) => clickToProcess(product, projectId, page));
  } finally {
    await browser.close();
  }
}

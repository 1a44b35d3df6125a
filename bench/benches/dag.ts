import type { JudgedProduct } from "../../judge/judged-product.ts";
import type { BenchOptions, Measured, RunBench } from "../bench.ts";
import { byShell } from "../carriers/by-shell.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { type Contest, contest, type Rival } from "../carriers/contest.ts";
import { chain, independent, layered } from "../carriers/graph.ts";
import { peerCarrier } from "../carriers/peer.ts";
import { startPeerOn } from "../carriers/peer-servers.ts";
import { productCarrier, startProductOn } from "../carriers/product-carrier.ts";
import { withOrchestrators } from "../dag/more-orchestrators.ts";
import { onStage, type Stage } from "../stage.ts";
import { watchProduct } from "../time/watched-product.ts";

const commandLine = { command: "/bin/true", args: [] };
const peers = ["graphile-worker", "pg-boss", "dbos", "bullmq"] as const;

/** P3. Graphs of `/bin/true`: with clone, branch, tree, journal, lease and guard, against what only starts processes. */
export const run: RunBench = (options) =>
  onStage(async (stage) => {
    const product = await startProductOn(stage);
    return [...(await shapes(stage, product, options)), ...(await crowds(stage, product, options))];
  });

async function shapes(stage: Stage, product: JudgedProduct, { isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const { carrier: ours, printTimeSpent } = await watchProduct(product);
  const [ninja, make, xargs] = (["ninja", "make", "xargs"] as const).map((name) => byShell(stage, name));
  const ninjaTo = (max: number | null): Rival => ({ name: "ninja -j8", carrier: ninja!, max });
  const makeLine: Rival = { name: "make -j8", carrier: make!, max: null };
  const xargsLine: Rival = { name: "xargs -P8", carrier: xargs!, max: null };
  const shape = (what: string, graph: Contest["drain"]["graph"], rivals: Rival[]): Contest => ({
    ...{ goal: "P3", what, drain: { graph, concurrency: 8, commandLine }, ours, rivals, rounds },
  });
  const contests = [
    shape("layered graph", layered(...size(isSmoke)), [ninjaTo(2.5), makeLine, ...(await openPeers(stage))]),
    shape("chain", chain(isSmoke ? 4 : 200), [ninjaTo(3), makeLine]),
    shape("independent", independent(isSmoke ? 12 : 300), [ninjaTo(null), makeLine, xargsLine]),
  ];
  const lines: Measured[] = [];
  for (const one of contests) lines.push(...(await contest(one)));
  await printTimeSpent();
  return lines;
}

const size = (isSmoke: boolean): [layers: number, width: number] => (isSmoke ? [3, 4] : [20, 100]);

const openPeers = (stage: Stage): Promise<Rival[]> =>
  Promise.all(peers.map(async (name) => ({ name, carrier: peerCarrier(await startPeerOn(stage, name)), max: 1 })));

/** How it goes with more sessions at once, and with more orchestrators on one database. Shown only. */
async function crowds(stage: Stage, product: JudgedProduct, { isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const ours = productCarrier(product);
  const crowd = (concurrency: number, what: string, carrier: Carrier, rival: Omit<Rival, "max">) =>
    contest({
      ...{ goal: "P3", what, ours: carrier, rivals: [{ ...rival, max: null }], rounds },
      drain: { graph: independent(isSmoke ? 6 : 240), concurrency, commandLine },
    });
  const lines: Measured[] = [];
  // Slots change with the next renewal of a lease: that takes seconds, and a smoke run has none.
  for (const concurrency of isSmoke ? [8] : [1, 8, 64]) {
    const rival = { name: `ninja -j${concurrency}`, carrier: byShell(stage, "ninja") };
    lines.push(...(await crowd(concurrency, `independent, ${concurrency} at once`, ours, rival)));
  }
  const three = withOrchestrators(product, 3);
  lines.push(...(await crowd(24, "independent, 3 orchestrators of 8", three, { name: "one of 24", carrier: ours })));
  return lines;
}

import { join } from "node:path";
import type { Measured, RunBench } from "../bench.ts";
import { byHand } from "../carriers/by-hand.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { chain, type Graph } from "../carriers/graph.ts";
import { peerCarrier } from "../carriers/peer.ts";
import { startPeerOn } from "../carriers/peer-servers.ts";
import { startProductOn } from "../carriers/product-carrier.ts";
import { gapsIn, witnessing } from "../carriers/witness.ts";
import { median, takeTurns } from "../rounds.ts";
import { onStage, type Stage } from "../stage.ts";
import { watchProduct } from "../time/watched-product.ts";

const byHandName = "one commit + one spawn";
const peers = ["bullmq", "graphile-worker", "pg-boss", "dbos"] as const;

/**
 * P2. A chain whose programs write down when they began: from one beginning to the next a process runs and ends, its
 * completion goes on record and the dependent is released. By hand that is one commit and one spawn.
 */
export const run: RunBench = ({ isSmoke, rounds }) =>
  onStage(async (stage) => {
    const graph = chain(isSmoke ? 6 : 201);
    const { carriers, printTimeSpent } = await open(stage);
    const releases: number[] = [];
    const sides = Object.entries(carriers).map(([name, carrier]) => [
      name,
      async (round: number) => {
        const gaps = await gapsOf(carrier, graph, join(stage.directory, `${round}-${name}`));
        if (name === "Runboard") releases.push(...gaps);
        return median(gaps);
      },
    ]);
    const figures = await takeTurns(Object.fromEntries(sides), rounds);
    await printTimeSpent();
    return lines(figures, releases);
  });

interface Opened {
  carriers: Record<string, Carrier>;
  printTimeSpent(): Promise<void>;
}

async function open(stage: Stage): Promise<Opened> {
  const others = peers.map(async (name) => [name, peerCarrier(await startPeerOn(stage, name))] as const);
  const [product, hand, ...started] = await Promise.all([startProductOn(stage), byHand(stage), ...others]);
  const { carrier, printTimeSpent } = await watchProduct(product);
  return {
    carriers: { Runboard: carrier, [byHandName]: hand, ...Object.fromEntries(started) },
    printTimeSpent,
  };
}

async function gapsOf(carrier: Carrier, graph: Graph, file: string): Promise<number[]> {
  await carrier({ graph, concurrency: 1, commandLine: witnessing(file) });
  return gapsIn(file);
}

function lines(figures: Record<string, number[]>, releases: readonly number[]): Measured[] {
  const what = "chain: from the start of a process to the start of its dependent's";
  const against = (name: string, max: number): Measured => ({
    ...{ goal: "P2", what, unit: "ms", ours: figures.Runboard!, max },
    theirs: { name, values: figures[name]! },
  });
  return [
    against(byHandName, 2),
    ...peers.map((name) => against(name, 1)),
    { goal: "P2", what: `the longest of ${releases.length}`, unit: "ms", ours: [Math.max(...releases)], max: 50 },
  ];
}

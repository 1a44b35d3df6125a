import type { Measured, RunBench } from "../bench.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { contest, type Rival } from "../carriers/contest.ts";
import { independent, layered } from "../carriers/graph.ts";
import { peerCarrier } from "../carriers/peer.ts";
import { startPeerOn } from "../carriers/peer-servers.ts";
import { openNoOps } from "../jobs/no-op-carrier.ts";
import { onStage, type Stage } from "../stage.ts";

/** P4. Tasks that do nothing: what is left is the price of claiming, keeping and settling them. */
export const run: RunBench = ({ isSmoke, rounds }) =>
  onStage(async (stage) => {
    const [own, { forJobs, forGraphs }] = await Promise.all([openNoOps(stage), openPeers(stage)]);
    const ours = own.carrier;
    const jobs = independent(isSmoke ? 60 : 10_000);
    const graph = isSmoke ? layered(3, 5) : layered(20, 100);
    const lines: Measured[] = [];
    for (const concurrency of [10, 50]) {
      const one = { goal: "P4", what: `${jobs.length} no-op tasks, ${concurrency} at once`, ours, rounds };
      lines.push(...(await contest({ ...one, drain: { graph: jobs, concurrency }, rivals: forJobs })));
    }
    const layers = { goal: "P4", what: `layered graph of ${graph.length} no-op tasks, 50 at once`, ours, rounds };
    lines.push(...(await contest({ ...layers, drain: { graph, concurrency: 50 }, rivals: forGraphs })));
    own.printTimeSpent();
    return lines;
  });

/** A graph shall be carried out twice as fast as by the best of them. Redis is there for orientation. */
async function openPeers(stage: Stage): Promise<Record<"forJobs" | "forGraphs", Rival[]>> {
  const [graphile, pgBoss, dbos, bullmq] = await Promise.all(
    (["graphile-worker", "pg-boss", "dbos", "bullmq"] as const).map((name) => startPeerOn(stage, name)),
  );
  const rival = (name: string, carrier: Carrier): Rival => ({ name, carrier, max: 1 });
  const queues = [
    rival("graphile-worker", peerCarrier(graphile!)),
    rival("graphile-worker, localQueue", peerCarrier(graphile!, "localQueue")),
    rival("pg-boss", peerCarrier(pgBoss!)),
    rival("pg-boss, batches", peerCarrier(pgBoss!, "batches")),
  ];
  const redis = { ...rival("bullmq on Redis", peerCarrier(bullmq!)), max: null };
  const forGraphs = [...queues, rival("dbos, steps", peerCarrier(dbos!))].map((each) => ({ ...each, max: 0.5 }));
  return {
    forJobs: [...queues, rival("dbos, workflows", peerCarrier(dbos!, "workflows")), redis],
    forGraphs: [...forGraphs, redis],
  };
}

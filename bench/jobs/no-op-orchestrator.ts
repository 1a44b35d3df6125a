// The product's scheduler, turns, engine, journal, leases and helper in one process; the sessions are calls that do nothing. Started
// by bench/jobs/no-op-carrier.ts on a migrated database and a home of its own; asked to queue a graph, then to carry it out.
import { mkdirSync } from "node:fs";
import { home } from "@/lib/env.ts";
import { hostId } from "@/server/home.ts";
import { assemble } from "@/server/orchestrator/assemble.ts";
import { startRenewing } from "@/server/orchestrator/lease/renewing.ts";
import { reconcile } from "@/server/orchestrator/recovery/reconcile.ts";
import { startScheduler } from "@/server/orchestrator/scheduler.ts";
import type { Services } from "@/server/orchestrator/services.ts";
import { holdSession } from "@/server/orchestrator/session/held-session.ts";
import { watchToEnd } from "@/server/orchestrator/session/runner.ts";
import type { Dispatch } from "@/server/orchestrator/turns.ts";
import { signOff } from "@/server/orchestrator/worker.ts";
import { createFakeSandbox, type FakeSandbox } from "@/server/sandbox/fake-sandbox.ts";
import { onlySandbox } from "../../server/sandbox/registry.ts";
import type { Drain } from "../carriers/carrier.ts";
import { createCountdown } from "../peers/release.mjs";
import { serveProgram } from "../program.ts";
import { queueGraph } from "./queue-graph.ts";

mkdirSync(home.sessions, { recursive: true });
hostId();

serveProgram(({ queue, carryOut }: { queue?: Drain; carryOut?: Drain }) =>
  queue ? queueGraph(queue) : carryOutAll(carryOut!.graph.length),
);

/** An orchestrator that lives for as long as so many tasks are queued or released; from its first turn to the last result. */
async function carryOutAll(tasks: number): Promise<{ ms: number }> {
  const countdown = createCountdown(tasks);
  const services = await assembleNoOps(countdown.one);
  const renewing = startRenewing(services, { onGivenUp: async () => {}, onHung: () => {} });
  await reconcile(services);
  await renewing.now();
  countdown.begin();
  const scheduler = startScheduler(services, renewing);
  await countdown.all;
  const ms = countdown.sinceBeginMs();
  await scheduler.stop();
  renewing.stop();
  await leave(services);
  return { ms };
}

function assembleNoOps(onDone: () => void): Promise<Services> {
  const sandbox = createFakeSandbox();
  const run = async (services: Services, dispatch: Dispatch) => {
    await carryOut(services, sandbox, dispatch);
    onDone();
  };
  return assemble({ provide: () => onlySandbox(sandbox), run });
}

/** A session as the runner has it once its clone is there: it is launched, has ended, and is brought home. */
async function carryOut(services: Services, sandbox: FakeSandbox, { claim }: Dispatch): Promise<void> {
  const session = holdSession(claim);
  services.held.set(claim.sessionId, session);
  const { sessionId } = claim;
  const { directory } = session;
  const plan = { sessionId, directory, command: "no-op", args: [], workingDirectory: null, environment: {} };
  Object.assign(session, await sandbox.launch(plan));
  sandbox.finish(directory, 0);
  await watchToEnd(services, session);
}

async function leave({ worker, sampler, shipper, spawner }: Services): Promise<void> {
  await signOff(worker);
  await sampler.close();
  await shipper.close();
  await spawner.close();
}

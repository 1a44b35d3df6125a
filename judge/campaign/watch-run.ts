import { join } from "node:path";
import { send } from "../processes.ts";
import { randomOf } from "../random.ts";
import { type Board, createBoard } from "./board.ts";
import { createClient } from "./client.ts";
import { type Actors, collect, isStranger } from "./collect.ts";
import { drain, setAutonomous } from "./drain.ts";
import type { Evidence } from "./evidence.ts";
import { type DoneFault, startFaults } from "./faults.ts";
import { countOpenFiles, leftoversOfDrained } from "./leftovers.ts";
import { startListener } from "./listener.ts";
import { startPeople } from "./people.ts";
import type { RunningProduct } from "./product.ts";
import { startReporter } from "./reporter.ts";
import type { RunPlan } from "./run-plan.ts";
import { installWitness } from "./witness.ts";

interface Watched {
  evidence: Evidence;
  done: DoneFault[];
}

/** The run itself: the graph drains while everything else happens. Answers what there was to see. */
export async function watchRun(product: RunningProduct, plan: RunPlan, directory: string): Promise<Watched> {
  installWitness(join(directory, "witness.sh"));
  const baseline = countOpenFiles(product);
  const board = await createBoard(product, plan, directory);
  const actors = await enter(product, board, { plan, directory });
  try {
    const stuck = await play(product, board, actors);
    const leftovers = stuck.length > 0 ? [] : await leftoversOfDrained(product, directory, baseline);
    return { evidence: await collect(product, board, { ...actors, plan, stuck, leftovers }), done: actors.faults.done };
  } finally {
    leave(actors);
  }
}

async function enter(
  product: RunningProduct,
  board: Board,
  { plan, directory }: { plan: RunPlan; directory: string },
): Promise<Actors> {
  const { projectId, witnessFile } = board;
  const random = (part: string) => randomOf(plan.seed, part);
  const listeners = [null, random("listener")].map((unsteady) =>
    startListener({ name: unsteady ? "unsteady listener" : "listener", server: product, projectId, unsteady }),
  );
  await setAutonomous(product, board, true);
  return {
    listeners,
    people: startPeople(product, board, { plan, random: random("people") }),
    reporter: startReporter({ url: product.url, witnessFile, random: random("reports") }),
    faults: startFaults(plan.faults, { product, directory, witnessFile, random: random("victims") }),
  };
}

/** Until the board has come to rest; answers what got stuck. */
async function play(product: RunningProduct, board: Board, { people, faults, reporter }: Actors): Promise<string[]> {
  const closer = createClient("closer", product);
  people.clients.push(closer);
  await people.finished;
  await drain(product, board, closer);
  // What was planned for later has had its chance; what is under way is waited for.
  faults.stop();
  await faults.finished;
  await reporter.stop();
  return drain(product, board, closer);
}

function leave({ listeners, people, faults }: Actors): void {
  for (const listener of listeners) listener.close();
  people.stop();
  faults.stop();
  for (const pid of faults.strangers) if (isStranger(pid)) send(pid, "SIGKILL");
}

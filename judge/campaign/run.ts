import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Board, createBoard } from "./board.ts";
import { askUntilAnswered, createClient } from "./client.ts";
import { allCards, allPages, drain } from "./drain.ts";
import type { Card, Evidence, SessionView } from "./evidence.ts";
import { type DoneFault, type Faults, startFaults } from "./faults.ts";
import { countOpenFiles, leftoversOfDrained, leftoversOfStopped } from "./leftovers.ts";
import { type Listener, startListener } from "./listener.ts";
import { judge } from "./oracle/oracle.ts";
import type { SqlPatch } from "./patch.ts";
import { type People, startPeople } from "./people.ts";
import { readProcess, send } from "./processes.ts";
import { openProduct, type RunningProduct } from "./product.ts";
import { randomOf } from "./random.ts";
import { type Reporter, startReporter } from "./reporter.ts";
import type { RunPlan } from "./run-plan.ts";
import { patchDatabase } from "./sql-patch.ts";
import { installWitness, readWitness } from "./witness.ts";

export interface RunResult {
  seed: number;
  seconds: number;
  faults: DoneFault[];
  violations: string[];
  /** What happened in it, for the report. */
  sums: { tasks: number; sessions: number; events: number; calls: number; unanswered: number; witnessLines: number };
}

interface RunOptions {
  build: string;
  template: string;
  /** Made for this run; removed when it was as it has to be. */
  directory: string;
  sqlPatches: readonly SqlPatch[];
}

/** One run from a fresh home to the judgement. Never throws: what breaks the run itself is a violation too. */
export async function carryOut(plan: RunPlan, options: RunOptions): Promise<RunResult> {
  const began = performance.now();
  const { directory } = options;
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "plan.json"), JSON.stringify(plan, null, 1));
  let faults: DoneFault[] = [];
  const none = { tasks: 0, sessions: 0, events: 0, calls: 0, unanswered: 0, witnessLines: 0 };
  const finish = (violations: string[], sums: RunResult["sums"] = none): RunResult => {
    if (violations.length === 0) rmSync(directory, { recursive: true, force: true });
    return { seed: plan.seed, seconds: (performance.now() - began) / 1000, faults, violations, sums };
  };
  let product: RunningProduct | undefined;
  try {
    product = await openProduct({ ...options, plan });
    await patchDatabase(product.databaseUrl, options.sqlPatches);
    const { evidence, done } = await watchRun(product, plan, directory);
    faults = done;
    evidence.leftovers.push(...(await product.stop()).map((text) => `after the stop a process lived: ${text}`));
    evidence.leftovers.push(...leftoversOfStopped(directory));
    const violations = judge(evidence);
    if (violations.length > 0)
      writeFileSync(join(directory, "evidence.json"), JSON.stringify({ evidence, done, violations }, null, 1));
    return finish(violations, sumsOf(evidence));
  } catch (thrown) {
    await product?.stop();
    return finish([`the run broke: ${thrown instanceof Error ? thrown.stack : thrown}`]);
  }
}

interface Actors {
  people: People;
  reporter: Reporter;
  listeners: Listener[];
  faults: Faults;
}

async function watchRun(
  product: RunningProduct,
  plan: RunPlan,
  directory: string,
): Promise<{ evidence: Evidence; done: DoneFault[] }> {
  installWitness(join(directory, "witness.sh"));
  const baseline = countOpenFiles(product);
  const board = await createBoard(product, plan, directory);
  const { projectId, witnessFile } = board;
  const random = (part: string) => randomOf(plan.seed, part);
  const listeners = [null, random("listener")].map((unsteady) =>
    startListener({ name: unsteady ? "unsteady listener" : "listener", server: product, projectId, unsteady }),
  );
  const setAutonomous = {
    method: "PATCH",
    path: `/projects/${projectId}/autonomous-execution`,
    body: { enabled: true },
  };
  await askUntilAnswered(product, setAutonomous);
  const actors: Actors = {
    listeners,
    people: startPeople(product, board, { plan, random: random("people") }),
    reporter: startReporter({ url: product.url, witnessFile, random: random("reports") }),
    faults: startFaults(plan.faults, { product, directory, witnessFile, random: random("victims") }),
  };
  try {
    const closer = createClient("closer", product);
    actors.people.clients.push(closer);
    await actors.people.finished;
    await drain(product, board, closer);
    // What was planned for later has had its chance; what is under way is waited for.
    actors.faults.stop();
    await actors.faults.finished;
    await actors.reporter.stop();
    const stuck = await drain(product, board, closer);
    const leftovers = stuck.length > 0 ? [] : await leftoversOfDrained(product, directory, baseline);
    return { evidence: await collect(product, board, { ...actors, plan, stuck, leftovers }), done: actors.faults.done };
  } finally {
    for (const listener of listeners) listener.close();
    actors.people.stop();
    actors.faults.stop();
    for (const pid of actors.faults.strangers) if (isStranger(pid)) send(pid, "SIGKILL");
  }
}

const isStranger = (pid: number) => readProcess(pid)?.command.startsWith("sleep 90") ?? false;

type Outcome = Actors & { plan: RunPlan; stuck: string[]; leftovers: string[] };

async function collect(product: RunningProduct, board: Board, outcome: Outcome): Promise<Evidence> {
  const { people, reporter, listeners, faults, plan, stuck, leftovers } = outcome;
  const events = await allEvents(product, board.projectId);
  await heard(listeners, events.length);
  const sessions = await allPages<SessionView>(product, `/sessions?projectId=${board.projectId}&limit=200`);
  const { edges } = await askUntilAnswered<{ edges: Evidence["edges"] }>(product, {
    method: "GET",
    path: `/projects/${board.projectId}/graph`,
  });
  const { settings } = await askUntilAnswered<{ settings: { maxConcurrentSessions: number } }>(product, {
    method: "GET",
    path: `/projects/${board.projectId}`,
  });
  return {
    tasks: board.tasks,
    created: [...people.created],
    limits: people.limits,
    slots: plan.slots * (plan.hasSecondOrchestrator ? 2 : 1),
    witness: readWitness(board.witnessFile),
    calls: people.clients.flatMap(({ calls }) => calls),
    reports: reporter.reports,
    listeners: listeners.map(({ name, events: received, resyncs, connects }) => ({
      name,
      events: received,
      resyncs,
      connects,
    })),
    events,
    cards: await allCards<Card>(product, board),
    edges,
    sessions,
    finalLimit: settings.maxConcurrentSessions,
    logs: await printedLogs(product, board, sessions),
    refs: refsOf(board.repository),
    planted: [...people.planted],
    stuck,
    leftovers,
    strangersHurt: faults.strangers
      .filter((pid) => !isStranger(pid))
      .map((pid) => `process ${pid}, which only had the number of a dead wrapper, was ended`),
  };
}

async function allEvents(product: RunningProduct, projectId: string): Promise<Evidence["events"]> {
  const events: Evidence["events"] = [];
  for (;;) {
    const path = `/projects/${projectId}/events?limit=200&after=${events.at(-1)?.seq ?? 0}`;
    const { items } = await askUntilAnswered<{ items: Evidence["events"] }>(product, { method: "GET", path });
    events.push(...items);
    if (items.length < 200) return events;
  }
}

/** Listeners get the time to come back and to catch up. */
async function heard(listeners: readonly Listener[], count: number): Promise<void> {
  const until = Date.now() + 15_000;
  while (Date.now() < until && listeners.some(({ events }) => events.length < count))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function printedLogs(
  product: RunningProduct,
  board: Board,
  sessions: readonly SessionView[],
): Promise<Record<string, string>> {
  const printing = new Set(board.tasks.filter(({ mode }) => mode === "print").map(({ id }) => id));
  const logs: Record<string, string> = {};
  for (const { id, taskId, status } of sessions) {
    if (status !== "SUCCEEDED" || !printing.has(taskId)) continue;
    let text = "";
    for (let after = 0; ; ) {
      const page = await askUntilAnswered<{ items: { text: string }[]; nextOffset: number; isComplete: boolean }>(
        product,
        {
          method: "GET",
          path: `/sessions/${id}/logs?after=${after}`,
        },
      );
      text += page.items.map((item) => item.text).join("");
      if (page.isComplete || page.items.length === 0) break;
      after = page.nextOffset;
    }
    logs[id] = text;
  }
  return logs;
}

function refsOf(repository: string): Record<string, string> {
  const lines = execFileSync("git", ["-C", repository, "for-each-ref", "--format=%(refname) %(objectname)"], {
    encoding: "utf8",
  });
  return Object.fromEntries(
    lines
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ")),
  );
}

function sumsOf({ cards, sessions, events, calls, witness }: Evidence): RunResult["sums"] {
  return {
    tasks: cards.length,
    sessions: sessions.length,
    events: events.length,
    calls: calls.length,
    unanswered: calls.filter(({ outcome }) => outcome === "unknown").length,
    witnessLines: witness.length,
  };
}

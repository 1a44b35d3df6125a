import { execFileSync } from "node:child_process";
import { readProcess } from "../processes.ts";
import type { Board } from "./board.ts";
import { askUntilAnswered } from "./client.ts";
import { allCards, allPages } from "./drain.ts";
import type { Card, Evidence, SessionView } from "./evidence.ts";
import { type Faults, strangerSeconds } from "./faults.ts";
import { givenUpEarly } from "./given-up-early.ts";
import { reached } from "./heard.ts";
import type { Listener } from "./listener.ts";
import type { People } from "./people.ts";
import type { RunningProduct } from "./product.ts";
import type { Reporter } from "./reporter.ts";
import type { RunPlan } from "./run-plan.ts";
import { readWitness } from "./witness.ts";

/** Who takes part in a run beside the product. */
export interface Actors {
  people: People;
  reporter: Reporter;
  listeners: Listener[];
  faults: Faults;
}

interface Outcome extends Actors {
  plan: RunPlan;
  stuck: string[];
  leftovers: string[];
}

/** The stranger that a wrapper's number was given to (see faults.ts) still lives. */
export const isStranger = (pid: number) => readProcess(pid)?.command.startsWith(`sleep ${strangerSeconds}`) ?? false;

/** What there is to see when a run has come to rest: the public API first. */
export async function collect(product: RunningProduct, board: Board, outcome: Outcome): Promise<Evidence> {
  const { people, reporter, listeners, faults, plan, stuck, leftovers } = outcome;
  const events = await allEvents(product, board.projectId);
  await caughtUp(listeners, events.length);
  const sessions = await allPages<SessionView>(product, `/sessions?projectId=${board.projectId}&limit=200`);
  const project = `/projects/${board.projectId}`;
  const { edges } = await read<Pick<Evidence, "edges">>(product, `${project}/graph`);
  const { settings } = await read<{ settings: { maxConcurrentSessions: number } }>(product, project);
  return {
    tasks: board.tasks,
    created: [...people.created],
    limits: people.limits,
    slots: plan.slots * (plan.hasSecondOrchestrator ? 2 : 1),
    witness: readWitness(board.witnessFile),
    calls: people.clients.flatMap(({ calls }) => calls),
    reports: reporter.reports,
    listeners: listeners.map(({ close, projectId, ...seen }) => seen),
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
    givenUpEarly: await givenUpEarly(product.databaseUrl),
    strangersHurt: faults.strangers
      .filter((pid) => !isStranger(pid))
      .map((pid) => `process ${pid}, which only had the number of a dead wrapper, was ended`),
  };
}

async function allEvents(product: RunningProduct, projectId: string): Promise<Evidence["events"]> {
  const events: Evidence["events"] = [];
  for (;;) {
    const path = `/projects/${projectId}/events?limit=200&after=${events.at(-1)?.seq ?? 0}`;
    const { items } = await read<{ items: Evidence["events"] }>(product, path);
    events.push(...items);
    if (items.length < 200) return events;
  }
}

/** Listeners get the time to come back and to catch up. */
async function caughtUp(listeners: readonly Listener[], count: number): Promise<void> {
  const until = Date.now() + 15_000;
  while (Date.now() < until && listeners.some(({ heard }) => reached(heard.at(-1)!) < count))
    await new Promise((resolve) => setTimeout(resolve, 50));
}

async function printedLogs(product: RunningProduct, board: Board, sessions: readonly SessionView[]) {
  const printing = new Set(board.tasks.filter(({ mode }) => mode === "print").map(({ id }) => id));
  const logs: Record<string, string> = {};
  for (const { id, taskId, status } of sessions)
    if (status === "SUCCEEDED" && printing.has(taskId)) logs[id] = await wholeLog(product, id);
  return logs;
}

interface LogPage {
  items: { text: string }[];
  nextOffset: number;
  isComplete: boolean;
}

async function wholeLog(product: RunningProduct, sessionId: string): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const page = await read<LogPage>(product, `/sessions/${sessionId}/logs?after=${after}`);
    text += page.items.map((item) => item.text).join("");
    if (page.isComplete || page.items.length === 0) return text;
    after = page.nextOffset;
  }
}

const read = <Body>(product: RunningProduct, path: string) => askUntilAnswered<Body>(product, { method: "GET", path });

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

import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@/lib/task/schema.ts";
import { catalogue } from "./catalogue.ts";
import { cleanLine } from "./clean-text.ts";
import { enduring, TimeIsOver } from "./endurance.ts";
import { usage } from "./failure.ts";
import type { Client } from "./request.ts";
import { shorten } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** As `timeout` has it. */
export const timedOut = 124;

const firstPollMs = 200;
const longestPollMs = 1_000;

/** The task as it was seen last. */
export interface Waited {
  task: Task;
  /** It was not at its end then: the time to wait was over. */
  isTimedOut: boolean;
}

/**
 * Waits until the task has come to an end, over restarts of the server, with a live line on a terminal's stderr. Retries in between
 * belong to it. `until`: when it gives up, in ms of Date.now(), whether the server answers or not.
 */
export async function waitForTask(
  client: Client,
  started: Task,
  { terminal, until }: { terminal: Terminal; until: number | null },
): Promise<Waited> {
  const get = catalogue.find(({ name }) => name === "task.get")!;
  const endure = enduring(terminal, until);
  const progress = progressLine(terminal);
  const isOver = isAtItsEnd(started);
  let task = started;
  try {
    for (let pollMs = firstPollMs; ; pollMs = Math.min(pollMs * 1.3, longestPollMs)) {
      task = await endure((signal) => client.call<Task>(get, { taskId: started.id }, { signal }));
      if (isOver(task)) return { task, isTimedOut: false };
      if (until !== null && Date.now() >= until) return { task, isTimedOut: true };
      progress.show(task);
      await sleep(pollMs);
    }
  } catch (thrown) {
    if (thrown instanceof TimeIsOver) return { task, isTimedOut: true };
    throw thrown;
  } finally {
    progress.end();
  }
}

/** A draft that is approved is not at its end; what was queued and is not any more was taken out by somebody. */
function isAtItsEnd(started: Task): (task: Task) => boolean {
  let wasQueued = !isBeforeQueue(started);
  return (task) => {
    if (outcomes[task.status] !== undefined) return true;
    wasQueued ||= !isBeforeQueue(task);
    return wasQueued && isBeforeQueue(task) && task.why?.code !== "BLOCKED_BY";
  };
}

const isBeforeQueue = ({ status }: Task): boolean => status === "DRAFT" || status === "APPROVED";

/** Exit codes of the statuses a wait ends with. */
const outcomes: Partial<Record<Task["status"], number>> = {
  COMPLETED: 0,
  VALIDATING: 0,
  REVIEW: 0,
  FAILED: 1,
  STALLED: 1,
  CANCELLED: 1,
};

/** Says how it ended, where the status alone does not tell, and answers the exit code. */
export function outcomeOf({ task, isTimedOut }: Waited, terminal: Terminal): number {
  const code = outcomes[task.status];
  if (task.status === "REVIEW")
    terminal.say(`${task.key} is done and waits for a review: runboard task accept ${task.key}`);
  if (task.status === "VALIDATING") terminal.say(`${task.key} is done and is being validated.`);
  if (code === 1)
    terminal.say(`${task.key} ${task.status}: ${cleanLine(task.lastError ?? task.statusReason ?? "no reason given")}`);
  if (code !== undefined) return code;
  if (isTimedOut) {
    terminal.say(`${task.key} was ${task.status} when it was seen last; the time to wait is over.`);
    return timedOut;
  }
  terminal.say(`${task.key} is ${task.status} again: it was taken out of the queue.`);
  return 1;
}

/** One line that changes, on terminals; elsewhere a line whenever the status does. */
function progressLine(terminal: Terminal) {
  let shown = "";
  const width = () => (process.stderr.columns || 80) - 1;
  return {
    show({ key, status, session, why }: Task) {
      const text = cleanLine([key, status, session?.liveLine ?? why?.message].filter(Boolean).join(" "));
      if (text === shown) return;
      shown = text;
      if (terminal.showsProgress) process.stderr.write(`\r\u001b[K${shorten(text, width())}`);
    },
    end() {
      if (terminal.showsProgress && shown !== "") process.stderr.write("\r\u001b[K");
    },
  };
}

/** `90`, `90s`, `10m`, `2h`: how long, in ms. */
export function durationMs(text: string): number {
  const [, amount, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (amount === undefined) throw usage(`timeout: expected a time such as 90s, 10m or 2h, not "${text}".`);
  return Number(amount) * { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit as "ms"];
}

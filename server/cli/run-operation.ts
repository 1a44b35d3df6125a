import type { Task } from "@/lib/task/schema.ts";
import { type AttachAnswer, attach } from "./attach.ts";
import { type CliOperation, catalogue } from "./catalogue.ts";
import { confirm } from "./confirm.ts";
import { findConnection } from "./connection.ts";
import { usage } from "./failure.ts";
import { followEvents } from "./follow-events.ts";
import { jsonText } from "./json-text.ts";
import { isExport, isJournal, isLog } from "./own-behaviour.ts";
import { type Options, readInput } from "./read-input.ts";
import { readSessionLogs } from "./read-session-logs.ts";
import { type Client, createClient, type Input } from "./request.ts";
import { readSettings } from "./settings.ts";
import type { Terminal } from "./terminal.ts";
import { taskLine, viewOf } from "./views.ts";
import { durationMs, outcomeOf, waitForTask } from "./wait-for-task.ts";
import { directoryOf, type FileOfCard, writeFiles } from "./write-files.ts";

export interface Invocation {
  operation: CliOperation;
  places: readonly string[];
  options: Options;
  terminal: Terminal;
}

interface Call extends Invocation {
  client: Client;
  input: Input;
  isJson: boolean;
}

/** One command of the catalogue, from what was typed to its exit code. Throws DomainError. */
export async function runOperation(invocation: Invocation): Promise<number> {
  const { operation, options, terminal } = invocation;
  const settings = readSettings();
  if (options.timeout !== undefined && options.wait !== true)
    throw usage("--timeout is the time to --wait; give both.");
  const directory = isExport(operation) ? directoryOf(options) : null;
  const until = typeof options.timeout === "string" ? Date.now() + durationMs(options.timeout) : null;
  const client = createClient(findConnection(settings));
  const input = await readInput(operation, { ...invocation, client, settings });
  const call: Call = { ...invocation, client, input, isJson: options.json === true };
  await baseOnCurrent(call);
  if (operation.isDestructive) await confirm(operation, input, { isYes: options.yes === true, terminal });
  if (isLog(operation)) return showLogs(call);
  if (isJournal(operation) && options.follow === true) return followEvents(call);
  if (directory !== null) {
    const { items } = (await everyPage(call)) as { items: FileOfCard[] };
    terminal.out(`${await writeFiles(items, { directory, mayReplace: options.force === true })}\n`);
    return 0;
  }
  const answer = options.all === true ? await everyPage(call) : await send(call);
  if (operation.name === "session.attach" && !call.isJson) return attach(answer as AttachAnswer, settings, terminal);
  if (options.wait === true) return waitAndShow(call, answer as Started, until);
  show(call, answer);
  return 0;
}

/** --json without --follow is one answer of the API, as everywhere. */
async function showLogs(call: Call): Promise<number> {
  const isFollowing = call.options.follow === true;
  if (call.isJson && !isFollowing) {
    show(call, await send(call));
    return 0;
  }
  return readSessionLogs({ ...call, isFollowing });
}

/** An edit says which version it was made on; who names none edits what is there now. */
async function baseOnCurrent({ operation, input, client }: Call): Promise<void> {
  const get = catalogue.find(({ name }) => name === `${operation.noun}.get`);
  const isEdit = operation.isWrite && operation.fields.some(({ name }) => name === "version");
  if (!isEdit || get === undefined || input.version !== undefined) return;
  const named = get.fields.map(({ name }) => [name, input[name]]);
  input.version = (await client.call<{ version: number }>(get, Object.fromEntries(named))).version;
}

function send({ client, operation, input, options }: Call): Promise<unknown> {
  const key = options.idempotencyKey;
  return client.call(operation, input, typeof key === "string" ? { idempotencyKey: key } : {});
}

/** All pages as one: the answer of the last, with the items of all. */
async function everyPage({ client, operation, input }: Call): Promise<unknown> {
  const items: unknown[] = [];
  for (let cursor = input.cursor as string | undefined; ; ) {
    const page = await client.call<{ items: unknown[]; nextCursor: string | null }>(operation, {
      ...input,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    items.push(...page.items);
    if (page.nextCursor === null) return { ...page, items };
    cursor = page.nextCursor;
  }
}

/** A task, or what holds one. */
type Started = Task | { task: Task };

async function waitAndShow(call: Call, answer: Started, until: number | null): Promise<number> {
  const started = "task" in answer ? answer.task : answer;
  const waited = await waitForTask(call.client, started, { terminal: call.terminal, until });
  const { task } = waited;
  // What was said at the start (a place in the queue, "it starts soon") is over.
  if (call.isJson && "task" in answer)
    show(call, { ...answer, task, ...("position" in answer ? { position: null } : {}) });
  else if (call.isJson) show(call, task);
  else call.terminal.out(`${taskLine(task, call.terminal)}\n`);
  return outcomeOf(waited, call.terminal);
}

function show({ operation, terminal, isJson }: Call, answer: unknown): void {
  terminal.out(`${isJson ? jsonText(answer, terminal.isInteractive ? 2 : 0) : viewOf(operation, answer, terminal)}\n`);
}

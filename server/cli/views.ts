import type { FoundAgent, FoundSandbox } from "@/lib/agent/contract.ts";
import type { ChatMessage } from "@/lib/chat/contract.ts";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";
import type { Reason, Task } from "@/lib/task/schema.ts";
import { askingText } from "./asking-text.ts";
import type { CliOperation } from "./catalogue.ts";
import { cleanLine, cleanLines } from "./clean-text.ts";
import * as columns from "./columns.ts";
import { keyValues } from "./key-values.ts";
import { ruleColumns, triggerColumns, viewPosted, viewRule, viewTrigger } from "./rule-views.ts";
import { statusColor } from "./status-color.ts";
import { type Column, table } from "./table.ts";
import { paint, type Terminal } from "./terminal.ts";
import { relativeTime } from "./time-text.ts";

type View = (answer: never, terminal: Terminal) => string;
type Lines = (string | false | null)[];

/** An answer for people; ends without a line end. What has no view of its own is shown by its form. */
export function viewOf(operation: CliOperation, answer: unknown, terminal: Terminal): string {
  const view = views[operation.name] ?? views[operation.name.replace(/^autonomous\./, "session.")];
  if (view !== undefined) return view(answer as never, terminal);
  return operation.isWrite ? changeView(answer, terminal) : keyValues(answer as object, terminal);
}

const listOf =
  <Row>(rows: Column<Row>[], what: string): View =>
  ({ items, nextCursor }: { items: Row[]; nextCursor?: string | null }, terminal) =>
    joined([
      items.length === 0 ? `No ${what}.` : table(rows, items, terminal),
      nextCursor ? `More: --cursor ${nextCursor}, or --all for everything.` : null,
    ]);

const views: Record<string, View> = {
  "project.list": listOf(columns.projectColumns, "projects"),
  "project.export": listOf(columns.fileColumns, "cards"),
  "task.list": listOf(columns.taskColumns, "tasks"),
  "session.list": listOf(columns.sessionColumns, "sessions"),
  "session.prompts": listOf(columns.promptColumns, "prompts"),
  "question.list": listOf(columns.questionColumns, "questions"),
  "event.list": listOf(columns.eventColumns, "events"),
  "chat.list": ({ items, nextCursor }: { items: ChatMessage[]; nextCursor: string | null }, terminal) =>
    listOf(columns.chatColumns, "messages")({ items: [...items].reverse(), nextCursor } as never, terminal),
  "chat.post": ({ message, reply }: { message: ChatMessage; reply: ChatMessage | null }) =>
    joined([cleanLines((reply ?? message).text), reply?.asking ? askingText(reply.asking) : null]),
  "queue.status": viewQueue,
  "queue.clear": ({ cleared }: { cleared: string[] }) => counted(cleared.length, "task", "went back to APPROVED"),
  "project.startProcessing": ({ queued }: { queued: string[] }) => counted(queued.length, "task", "queued"),
  "task.explain": ({ status, reasons }: { status: string; reasons: Reason[] }, terminal) =>
    joined([`status: ${status}`, reasons.length > 0 && table(columns.reasonColumns, reasons, terminal)]),
  "task.brief": ({ prompt, followUp }: { prompt: string | null; followUp: string | null }) =>
    cleanLines(followUp ?? prompt ?? "A task of type cli has no brief."),
  "task.graph": viewGraph,
  "task.createBatch": ({ items }: { items: { ref: string | null; key: string; id: string }[] }, terminal) =>
    table(
      [
        { title: "KEY", text: ({ key }) => key },
        { title: "REF", text: ({ ref }) => ref ?? "" },
        { title: "ID", text: ({ id }) => id },
      ],
      items,
      terminal,
    ),
  "agent.list": viewAgents,
  "resource.usage": viewResources,
  "monitor.check": ({ reactions }: { reactions: object[] }, terminal) =>
    reactions.length === 0
      ? "Nothing waits or is silent too long."
      : reactions.map((one) => keyValues(one, terminal)).join("\n\n"),
  "config.get": viewConfig,
  "config.update": viewConfig,
  "project.usage": viewUsage,
  "rule.list": listOf(ruleColumns, "rules"),
  "rule.create": viewRule,
  "rule.get": viewRule,
  "rule.update": viewRule,
  "trigger.list": listOf(triggerColumns, "triggers"),
  "trigger.createTask": viewTrigger,
  "operation.post": viewPosted,
};

/** What was changed, as one line: a task, what holds one, a session, a project. Else its fields. */
function changeView(answer: unknown, terminal: Terminal): string {
  const { task, position, message, ...one } = answer as Changed;
  if (task !== undefined) {
    const place = typeof position === "number" ? `, place ${position} in the queue` : "";
    return joined([`${taskLine(task, terminal)}${place}`, message === undefined ? null : cleanLines(message)]);
  }
  if (one.key && one.status && one.title)
    return taskLine({ key: one.key, status: one.status, title: one.title }, terminal);
  if (one.taskKey && one.status) return `${one.taskKey}/${one.attempt} ${one.status}`;
  if (one.key && one.name) return `${one.key} ${cleanLine(one.name)}`;
  return keyValues(answer as object, terminal);
}

interface Changed extends Partial<Pick<Task, "key" | "status" | "title">> {
  task?: Task;
  position?: number | null;
  message?: string;
  name?: string;
  taskKey?: string;
  attempt?: number;
}

/** `DEMO-3 QUEUED Say hello` */
export function taskLine({ key, status, title }: Pick<Task, "key" | "status" | "title">, terminal: Terminal): string {
  const color = statusColor(status);
  return `${key} ${color === null ? status : paint(terminal, color, status)} ${cleanLines(title)}`;
}

interface QueueView {
  items: columns.QueueItem[];
  depth: number;
  running: number;
  capacity: number;
  pauses: { agent: string; until: string; reason: string }[];
}
function viewQueue({ items, depth, running, capacity, pauses }: QueueView, terminal: Terminal): string {
  return joined([
    items.length > 0 && table(columns.queueColumns, items, terminal),
    `${depth} queued, ${running} of ${capacity} slots taken.`,
    ...pauses.map(
      ({ agent, until, reason }) => `${agent} pauses, goes on ${relativeTime(until)}: ${cleanLines(reason)}`,
    ),
  ]);
}

interface GraphView {
  nodes: Pick<Task, "id" | "key" | "title" | "status">[];
  edges: { taskId: string; dependsOnId: string }[];
}
function viewGraph({ nodes, edges }: GraphView, terminal: Terminal): string {
  if (nodes.length === 0) return "No tasks.";
  const keys = new Map(nodes.map(({ id, key }) => [id, key]));
  const waitsFor = (id: string) =>
    edges.filter(({ taskId }) => taskId === id).map((edge) => keys.get(edge.dependsOnId));
  return table(
    [
      { title: "KEY", text: ({ key }) => key },
      { title: "STATUS", text: ({ status }) => status, color: ({ status }) => statusColor(status) },
      { title: "DEPENDS ON", text: ({ id }) => waitsFor(id).join(", ") },
      { title: "TITLE", text: ({ title }) => title, isElastic: true },
    ],
    nodes,
    terminal,
  );
}

interface AgentsView {
  orchestrators: { id: string; hostId: string; agents: FoundAgent[]; sandboxes: FoundSandbox[] }[];
}
function viewAgents({ orchestrators }: AgentsView, terminal: Terminal): string {
  if (orchestrators.length === 0) return "No orchestrator is running.";
  return orchestrators
    .map(({ id, hostId, agents, sandboxes }) =>
      joined([
        orchestrators.length > 1 && `Orchestrator ${id} on host ${hostId}`,
        table(
          columns.agentColumns,
          agents.map((agent) => ({ ...agent, host: hostId })),
          terminal,
        ),
        "",
        table(columns.sandboxColumns, sandboxes, terminal),
      ]),
    )
    .join("\n\n");
}

function viewResources({ orchestrators }: { orchestrators: OrchestratorUsage[] }, terminal: Terminal): string {
  if (orchestrators.length === 0) return "No orchestrator is running.";
  const sessions = orchestrators.flatMap((one) => one.sessions);
  return joined([
    table(columns.orchestratorColumns, orchestrators, terminal),
    sessions.length > 0 && "",
    sessions.length > 0 && table(columns.usedColumns, sessions, terminal),
  ]);
}

function viewConfig({ values, version }: { values: object; version: number }, terminal: Terminal): string {
  return keyValues({ ...values, version }, terminal);
}

interface UsageView {
  days: { day: string; sessions: number; costUsd: number | null; unknown: number }[];
  dailyBudgetUsd: number | null;
  heldUntil: string | null;
}
function viewUsage({ days, dailyBudgetUsd, heldUntil }: UsageView, terminal: Terminal): string {
  return joined([
    days.length === 0 ? "No sessions of agents." : table(columns.dayColumns, days, terminal),
    dailyBudgetUsd !== null && `Budget: $${dailyBudgetUsd} a day.`,
    heldUntil !== null && `It is spent: agents start again ${relativeTime(heldUntil)}.`,
  ]);
}

const joined = (lines: Lines): string => lines.filter((line) => typeof line === "string").join("\n");
const counted = (count: number, what: string, did: string): string =>
  `${count} ${what}${count === 1 ? "" : "s"} ${did}.`;

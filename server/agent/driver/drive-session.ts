import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AgentEnd, AgentEvent } from "@/lib/agent/events.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { agentPaths } from "../agent-paths.ts";
import { readGateKey, readOtherProvider } from "../gate/credentials.ts";
import { type Gate, openGate } from "../gate/gate.ts";
import type { AgentOutcome } from "../outcome.ts";
import type { AgentPlan } from "../plan.ts";
import type { Agent, AgentCommand, AgentPlace, WithoutTime } from "../port.ts";
import { agents } from "../registry.ts";
import { type AgentProcess, startAgent, toldToEnd } from "./agent-process.ts";
import { boardServer } from "./board-server.ts";
import { keepConversation, restoreConversation } from "./conversation.ts";
import { cutEvent } from "./cut-event.ts";
import { createEventOutput, type Emit } from "./event-output.ts";
import { followInbox, type Inbox } from "./inbox.ts";
import { reserveOutcome } from "./outcome-file.ts";
import { proxyEnvironment } from "./proxy-environment.ts";

const stdout = 1;
/** Between a signal that is passed on and one that nothing survives; the sandbox's own grace may be shorter. */
const graceMs = 8_000;
const stateName = ".agent";

/**
 * One agent session from its plan to its outcome. Resolves with the exit status: 0 when the work is done.
 *
 *     plan ──► gate open ──► conversation restored ──► agent started ──► they talk ──► let go ──► conversation kept ──► outcome
 *        └───────────── anything fails ─────────────────────────────────────────────────────────────────────────────────►┘
 */
export async function driveSession(directory: string, confinement: readonly string[]): Promise<number> {
  const stopping = signalsToStop();
  const writeOutcome = reserveOutcome(agentPaths(directory).outcome);
  const told: Told = { spent: null, conversationId: null, version: null, model: null };
  const emit = telling(createEventOutput(stdout), told);
  const working = work({ directory, confinement, emit, told, stopping });
  const end = await Promise.race([working, mishap()]).catch(
    ({ message }: Error): AgentEnd => ({
      ...{ reason: "AGENT_CRASHED", result: null },
      message: `The driver failed: ${message}`,
    }),
  );
  const { kind: _, at: __, ...cut } = cutEvent({ kind: "ended", at: "", ...end });
  emit({ kind: "ended", ...cut });
  const isWritten = await writeOutcome({ end: cut, ...told });
  return isWritten && end.reason === "DONE" ? 0 : 1;
}

/** Aborts at the first of them, with its name; later ones change nothing. */
function signalsToStop(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stopping.abort(signal));
  return stopping.signal;
}

/** Rejects with what nobody has caught: an outcome is written all the same. */
const mishap = () => new Promise<never>((_, reject) => process.once("uncaughtException", reject));

type Told = Omit<AgentOutcome, "end">;

/** What the outcome says besides the end is what the agent's own events have said. */
function telling(emit: Emit, told: Told): Emit {
  return (event: WithoutTime<AgentEvent>) => {
    emit(event);
    if (event.kind === "started") {
      const { conversationId, version, model } = event;
      Object.assign(told, { conversationId, version, model });
    } else if (event.kind === "spent") {
      const { kind: _, ...spent } = event;
      told.spent = spent;
    }
  };
}

interface Work {
  directory: string;
  confinement: readonly string[];
  emit: Emit;
  told: Told;
  stopping: AbortSignal;
}

async function work({ directory, confinement, emit, told, stopping }: Work): Promise<AgentEnd> {
  // Written by the same version's agentPlanSchema; zod would be a quarter of this process.
  const plan = JSON.parse(readFileSync(agentPaths(directory).plan, "utf8")) as AgentPlan;
  const agent = agents[plan.agent];
  if (agent === undefined) throw new Error(`there is no agent for tasks of type ${plan.agent}.`);
  const notice = (text: string) => emit({ kind: "notice", level: "warning", text });
  const inbox = followInbox(agentPaths(directory).inbox, () => notice("A message in the inbox could not be read."));
  const others = { openai: readOtherProvider("openai", process.env), gemini: readOtherProvider("gemini", process.env) };
  const gate = await openGate({ plan: plan.gate, key: readGateKey(process.env), others, onNotice: notice });
  const where = { kept: agentPaths(directory).conversation, state: join(sessionPaths(directory).home, stateName) };
  try {
    mkdirSync(where.state, { recursive: true, mode: 0o700 });
    if (agent.conversation && plan.conversationId !== null) await restoreConversation(agent.conversation, plan, where);
    const place = placeOf(plan, gate);
    const command = agent.command(plan, place);
    writeFiles(command, plan, directory);
    const environment = { ...proxyEnvironment(plan.gate, gate.url), ...command.environment };
    const running = startAgent(confinement, { ...command, environment }, emit);
    return await talk({ agent, plan, place, inbox, emit, running, stopping });
  } finally {
    inbox.end();
    refuseLeft(inbox, emit);
    if (agent.conversation && told.conversationId !== null) {
      await keepConversation(agent.conversation, told.conversationId, where).catch((error: Error) => {
        told.conversationId = null;
        notice(`The conversation could not be kept: ${error.message}`);
      });
    }
    gate.close();
  }
}

const placeOf = (plan: AgentPlan, { url }: Gate): AgentPlace => ({
  gateUrl: url,
  stateDirectory: join(plan.home, stateName),
  conversationId: plan.conversationId ?? randomUUID(),
  board: boardServer(plan, process.env),
});

/** The agent names places as it sees them; we are outside of its confinement. */
function writeFiles({ files }: AgentCommand, plan: AgentPlan, directory: string): void {
  for (const [path, content] of Object.entries(files)) {
    if (!path.startsWith(`${plan.home}/`)) throw new Error(`${path} is not below the agent's home.`);
    const file = join(sessionPaths(directory).home, path.slice(plan.home.length));
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, content, { mode: 0o600 });
  }
}

interface Talk {
  agent: Agent;
  plan: AgentPlan;
  place: AgentPlace;
  inbox: Inbox;
  emit: Emit;
  running: AgentProcess;
  stopping: AbortSignal;
}

async function talk({ agent, plan, place, inbox, emit, running, stopping }: Talk): Promise<AgentEnd> {
  const stop = () => {
    inbox.end();
    running.end(stopping.reason, graceMs);
  };
  if (stopping.aborted) stop();
  else stopping.addEventListener("abort", stop);
  void running.exited.then(() => inbox.end());
  const { stdin, lines, lastWords, exited } = running;
  const end = await agent.converse({ plan, place, stdin, lines, lastWords, exited, inbox: inbox.messages, emit });
  await running.letGo();
  // Some agents answer a signal with an error of their own making.
  return stopping.aborted && end.reason !== "DONE" ? { ...end, reason: "AGENT_CRASHED", message: toldToEnd } : end;
}

function refuseLeft(inbox: Inbox, emit: Emit): void {
  const reason = "The agent's work had ended before this could be told.";
  for (const message of inbox.rest()) {
    if (message.kind === "prompt") emit({ kind: "promptRefused", promptId: message.promptId, reason });
  }
}

import type { AgentEnd, Spent } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import { type Connection, connect, methodNotFound, RequestFailed } from "./connection.ts";
import { endOfFailure, endOfTurn } from "./ending.ts";
import { openSession } from "./open-session.ts";
import { createPermissions, type Permissions } from "./permissions.ts";
import { createPromptQueue, type PromptQueue } from "./prompt-queue.ts";
import type { PermissionRequest, PromptResult, SessionUpdate, ToolCall, Usage } from "./protocol.ts";
import { readUpdates, type SessionUpdates } from "./session-updates.ts";

/**
 *     initialize ──► session/new, or resume, or load ──► mode, model ──► session/prompt ──► its turn ends ──► the end
 *         └─ auth required: authenticate, again             ▲                                  │
 *                                                           └── a person has said something ◄──┘
 */
export async function talk(link: AgentLink): Promise<AgentEnd> {
  const conversation = begin(link);
  try {
    return await converse(conversation);
  } catch (thrown) {
    return await endOfFailure(thrown, link, conversation.updates.endTurn().answer);
  } finally {
    conversation.prompts.refuse("The agent's work had ended before this could be told.");
  }
}

interface Conversation {
  link: AgentLink;
  connection: Connection;
  updates: SessionUpdates;
  permissions: Permissions;
  prompts: PromptQueue;
  /** Of the turns that have ended; null: no turn has told. */
  tokens: Omit<Spent, "costUsd"> | null;
  /** Null until it is open: what comes in before is of a conversation that is told again. */
  sessionId: string | null;
  overBudgetUsd: number | null;
}

function begin(link: AgentLink): Conversation {
  const { emit, inbox } = link;
  const conversation: Conversation = {
    ...{ link, updates: readUpdates(link), permissions: createPermissions(link), prompts: createPromptQueue(emit) },
    ...{ tokens: null, sessionId: null, overBudgetUsd: null },
    connection: connect(link, {
      onRequest: (method, params, id) => answer(conversation, { method, params, id }),
      onNotification: (method, params) => take(conversation, method, params),
      onNoise: (line) => emit({ kind: "notice", level: "warning", text: line }),
    }),
  };
  void (async () => {
    for await (const message of inbox) {
      if (message.kind === "prompt") conversation.prompts.add(message);
      else conversation.permissions.take(message);
    }
  })();
  return conversation;
}

async function answer(
  { updates, permissions }: Conversation,
  { method, params, id }: { method: string; params: unknown; id: string | number },
): Promise<unknown> {
  if (method !== "session/request_permission") {
    throw new RequestFailed(`Runboard does not offer ${method}.`, methodNotFound, null);
  }
  const request = (params ?? {}) as PermissionRequest;
  const known = updates.toolAsked(request.toolCall ?? { toolCallId: String(id) });
  return { outcome: await permissions.decide(request, known, String(id)) };
}

function take(conversation: Conversation, method: string, params: unknown): void {
  const { update } = (params ?? {}) as { update?: SessionUpdate & Partial<ToolCall> };
  if (method !== "session/update" || update === undefined) return;
  const { updates, sessionId } = conversation;
  if (sessionId === null) {
    updates.takeEarlier(update);
    return;
  }
  const before = updates.costUsd();
  updates.take(update);
  if (updates.costUsd() !== before) tellSpent(conversation);
}

async function converse(conversation: Conversation): Promise<AgentEnd> {
  const { link, connection, updates, permissions, prompts } = conversation;
  const { plan, emit } = link;
  const { sessionId, conversationId, version, model } = await openSession(connection, link);
  conversation.sessionId = sessionId;
  const mcpServers = Object.keys(plan.mcpServers).map((name) => ({ name, status: "given" }));
  emit({ kind: "started", agent: plan.agent, version, model, conversationId, mcpServers });
  let prompt: { promptId: string | null; text: string } = { promptId: null, text: plan.prompt };
  for (let turns = 1; ; turns++) {
    const { promptId, text } = prompt;
    emit({ kind: "prompted", promptId, text });
    const said = { sessionId, prompt: [{ type: "text", text }] };
    const { stopReason = "nothing", usage } = await connection.request<PromptResult>("session/prompt", said);
    const ended = { stopReason, ...updates.endTurn(), refusals: permissions.refusals() };
    if (usage) conversation.tokens = withUsage(conversation.tokens, usage);
    tellSpent(conversation);
    const { overBudgetUsd } = conversation;
    const next = overBudgetUsd === null ? prompts.next() : null;
    if (next === null) return endOfTurn({ ...ended, overBudgetUsd, turns });
    prompt = next;
  }
}

/** Tells what was spent so far. An agent that spends more than it may is stopped: its turn ends as cancelled. */
function tellSpent(conversation: Conversation): void {
  const { link, connection, updates, tokens, sessionId, overBudgetUsd } = conversation;
  const costUsd = updates.costUsd();
  if (tokens === null && costUsd === null) return;
  link.emit({ kind: "spent", ...(tokens ?? noTokens), costUsd });
  const { budgetUsd } = link.plan;
  if (budgetUsd === null || costUsd === null || costUsd <= budgetUsd || overBudgetUsd !== null) return;
  conversation.overBudgetUsd = budgetUsd;
  connection.notify("session/cancel", { sessionId });
}

const noTokens = { inputTokens: null, outputTokens: null, cacheReadTokens: null, cacheWriteTokens: null };

function withUsage(before: Conversation["tokens"], usage: Usage): Conversation["tokens"] {
  const add = (spent: number | null | undefined, more: number | null | undefined) =>
    typeof more === "number" ? (spent ?? 0) + more : (spent ?? null);
  return {
    inputTokens: add(before?.inputTokens, usage.inputTokens),
    outputTokens: add(before?.outputTokens, usage.outputTokens),
    cacheReadTokens: add(before?.cacheReadTokens, usage.cachedReadTokens),
    cacheWriteTokens: add(before?.cacheWriteTokens, usage.cachedWriteTokens),
  };
}

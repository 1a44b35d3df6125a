import { randomUUID } from "node:crypto";
import type { AgentEnd } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import { blocksOf, controlLine, type Line, parseLine, type Result } from "./dialect.ts";
import { judgeExit, judgeResult, statusReason } from "./judge.ts";
import { brokenServers, type ServerStatus } from "./mcp-status.ts";
import { createPrompts } from "./prompts.ts";
import { createQuestions } from "./questions.ts";
import { createSpending } from "./spending.ts";
import { toolEnded, toolStarted } from "./tool-events.ts";

/** A wait the program is told to make that is longer than this is made without it. */
const waitMaxMs = 30_000;

/**
 * Talks until every prompt it took has been answered.
 *
 *     servers connected? ──no──► MCP_SERVER
 *        │yes (or none asked for)
 *     brief sent ──► echoed (prompted) ──► texts, tools, questions ──► result ──► prompts not echoed yet? ──no──► judged
 *        ▲                                                                              │yes: the next turn is theirs
 *     a person's prompt, at any time                                                    ▼
 */
export async function converse(link: AgentLink): Promise<AgentEnd> {
  const talk = createTalk(link);
  void talk.followInbox();
  talk.begin();
  for await (const text of link.lines) {
    const line = parseLine(text);
    const end = line === null ? link.emit({ kind: "notice", level: "info", text }) : talk.read(line);
    if (end) return end;
  }
  talk.close();
  return judgeExit(await link.exited, link.lastWords());
}

const asksForServers = "mcp servers";
const lookAgainMs = 100;

function createTalk({ plan, stdin, inbox, emit }: AgentLink) {
  const write = (line: object) => void stdin.write(`${JSON.stringify(line)}\n`);
  const prompts = createPrompts({ write, emit });
  const questions = createQuestions({ write, emit });
  const spending = createSpending({ isGoingOn: plan.conversationId !== null });
  const servers = plan.agent === "claude-agent" ? Object.keys(plan.mcpServers) : [];
  const denied = new Set<string>();
  let isStarted = false;
  let waitMs = 0;

  const notice = (level: "info" | "warning" | "error", text: string) => emit({ kind: "notice", level, text });
  const sendBrief = () => prompts.send({ promptId: null, text: plan.prompt });
  const askForServers = () => write(controlLine(asksForServers, "mcp_status"));
  const end = (how: AgentEnd): AgentEnd => {
    prompts.close();
    return how;
  };
  /** Ends what it is at; its process is ended by the driver. */
  const abort = (reason: AgentEnd["reason"], message: string, more: Partial<AgentEnd> = {}): AgentEnd => {
    write(controlLine(randomUUID(), "interrupt"));
    return end({ reason, message, result: null, ...more });
  };

  const onServers = (line: Line): AgentEnd | undefined => {
    const said = (line.response?.response as { mcpServers?: ServerStatus[] } | undefined)?.mcpServers ?? [];
    const { broken, isPending } = brokenServers(servers, said);
    if (broken !== null) {
      const mcpServers = said.map(({ name = "", status = "" }) => ({ name, status }));
      emit({ kind: "started", agent: plan.agent, version: null, model: null, conversationId: null, mcpServers });
      return abort("MCP_SERVER", broken);
    }
    if (isPending) setTimeout(askForServers, lookAgainMs);
    else sendBrief();
  };

  const onInit = (line: Line) => {
    // Said again at each turn.
    if (isStarted) return;
    isStarted = true;
    const { claude_code_version: version = null, model = null, session_id: conversationId = null } = line;
    const mcpServers = (line.mcp_servers ?? []).map(({ name, status }) => ({ name, status }));
    emit({ kind: "started", agent: plan.agent, version, model, conversationId, mcpServers });
  };

  const onRetry = (line: Line): AgentEnd | undefined => {
    const { error_status: status = null, retry_delay_ms: delayMs = 0, attempt, max_retries: max, error } = line;
    const answered = status === null ? "cannot be reached" : `answered ${status}`;
    const said = `The model's endpoint ${answered} (${error ?? "unknown"})`;
    // Neither a key nor a long wait gets better by trying: the slot is for others meanwhile.
    if (statusReason(status) === "AUTHENTICATION" && (attempt ?? 0) > 1) return abort("AUTHENTICATION", `${said}.`);
    if (delayMs > waitMaxMs && statusReason(status) === "RATE_LIMITED") {
      return abort("RATE_LIMITED", `${said}.`, { retryAfterSeconds: Math.ceil(delayMs / 1000) });
    }
    waitMs = delayMs;
    notice("warning", `${said}: it tries again in ${(delayMs / 1000).toFixed(1)} s, ${attempt} of ${max}.`);
  };

  const onSystem = (line: Line): AgentEnd | undefined => {
    if (line.subtype === "init") onInit(line);
    else if (line.subtype === "api_retry") return onRetry(line);
    else if (line.subtype === "compact_boundary") notice("info", "The conversation was shortened to go on.");
  };

  const onAssistant = (line: Line) => {
    for (const { type, text = "", thinking = "", ...block } of blocksOf(line)) {
      if (type === "tool_use") emit(toolStarted(block, plan.work));
      else if (line.is_api_error_message) notice("error", text);
      else if (type === "text") emit({ kind: "text", role: "assistant", text });
      else if (type === "thinking" && thinking !== "") emit({ kind: "text", role: "thinking", text: thinking });
    }
    const spent = line.is_api_error_message ? null : spending.onAnswer(line);
    if (spent) emit({ kind: "spent", ...spent });
  };

  const onUser = (line: Line) => {
    if (line.isReplay) prompts.onEcho(line);
    const results = blocksOf(line).filter(({ type }) => type === "tool_result");
    for (const block of results) emit(toolEnded(block, line.tool_use_result, plan.work));
  };

  const onResult = (result: Result): AgentEnd | undefined => {
    for (const { tool_name: tool } of result.permission_denials ?? []) if (tool) denied.add(tool);
    emit({ kind: "spent", ...spending.onResult(result) });
    if (!result.is_error && prompts.areWaiting()) return;
    const how = judgeResult(result, denied);
    const isToWait = how.reason === "RATE_LIMITED" && waitMs > 0;
    return end(isToWait ? { ...how, retryAfterSeconds: Math.ceil(waitMs / 1000) } : how);
  };

  const readers: Record<string, ((line: Line) => AgentEnd | undefined) | ((line: Line) => void)> = {
    system: onSystem,
    assistant: onAssistant,
    user: onUser,
    result: onResult,
    command_lifecycle: prompts.onLifecycle,
    control_request: questions.onRequest,
    control_cancel_request: questions.onCancel,
    control_response: (line) => (line.response?.request_id === asksForServers ? onServers(line) : undefined),
  };

  return {
    begin: () => (servers.length > 0 ? askForServers() : sendBrief()),
    close: prompts.close,
    read: (line: Line): AgentEnd | undefined => readers[line.type ?? ""]?.(line) ?? undefined,
    async followInbox() {
      for await (const message of inbox) {
        if (message.kind === "answer") questions.onAnswer(message);
        else prompts.send(message);
      }
    },
  };
}

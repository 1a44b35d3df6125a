import { randomUUID } from "node:crypto";
import type { AgentEnd } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import { blocksOf, controlLine, type Line, parseLine, permissionLine, promptLine, type Result } from "./dialect.ts";
import { judgeExit, judgeResult, statusReason } from "./judge.ts";
import { brokenServers, type ServerStatus } from "./mcp-status.ts";
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

interface Sent {
  /** Null: the brief. */
  promptId: string | null;
  text: string;
}

function createTalk({ plan, stdin, inbox, emit }: AgentLink) {
  /** Not echoed yet, by the name we gave them. */
  const sent = new Map<string, Sent>();
  const questions = new Map<string, { input: unknown }>();
  const denied = new Set<string>();
  const spending = createSpending({ isGoingOn: plan.conversationId !== null });
  const servers = plan.agent === "claude-agent" ? Object.keys(plan.mcpServers) : [];
  let isStarted = false;
  let isClosed = false;
  let waitMs = 0;

  const write = (line: object) => void stdin.write(`${JSON.stringify(line)}\n`);
  const send = (prompt: Sent) => {
    const uuid = randomUUID();
    sent.set(uuid, prompt);
    write(promptLine(uuid, prompt.text));
  };
  const sendBrief = () => send({ promptId: null, text: plan.prompt });
  const notice = (level: "info" | "warning" | "error", text: string) => emit({ kind: "notice", level, text });

  /** No more prompts are taken, and those it was given and has not taken are said to be lost. */
  const close = () => {
    isClosed = true;
    for (const { promptId } of sent.values()) if (promptId !== null) refuse(promptId);
    sent.clear();
  };
  const refuse = (promptId: string) =>
    emit({ kind: "promptRefused", promptId, reason: "The agent's work had ended before it took this." });
  const end = (how: AgentEnd): AgentEnd => {
    close();
    return how;
  };
  /** Ends what it is at; its process is ended by the driver. */
  const abort = (reason: AgentEnd["reason"], message: string, more: Partial<AgentEnd> = {}): AgentEnd => {
    write(controlLine(randomUUID(), "interrupt"));
    return end({ reason, message, result: null, ...more });
  };

  const asksForServers = "mcp servers";
  const onServers = (line: Line): AgentEnd | undefined => {
    const said = (line.response?.response as { mcpServers?: ServerStatus[] } | undefined)?.mcpServers;
    const found = brokenServers(servers, said ?? []);
    if (found.broken !== null) {
      const mcpServers = (said ?? []).map(({ name = "", status = "" }) => ({ name, status }));
      emit({ kind: "started", agent: plan.agent, version: null, model: null, conversationId: null, mcpServers });
      return abort("MCP_SERVER", found.broken);
    }
    if (found.isPending) setTimeout(askForServers, 100);
    else sendBrief();
  };
  const askForServers = () => write(controlLine(asksForServers, "mcp_status"));

  const onInit = (line: Line) => {
    if (isStarted) return;
    isStarted = true;
    const { claude_code_version: version = null, model = null, session_id: conversationId = null } = line;
    const mcpServers = (line.mcp_servers ?? []).map(({ name, status }) => ({ name, status }));
    emit({ kind: "started", agent: plan.agent, version, model, conversationId, mcpServers });
  };

  const onRetry = (line: Line): AgentEnd | undefined => {
    const { error_status: status = null, retry_delay_ms: delayMs = 0, attempt, max_retries: max, error } = line;
    const said = `The model's endpoint ${status === null ? "cannot be reached" : `answered ${status}`} (${error ?? "unknown"})`;
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
    for (const block of blocksOf(line)) {
      if (block.type === "tool_use") emit(toolStarted(block, plan.work));
      else if (line.is_api_error_message) notice("error", block.text ?? "");
      else if (block.type === "text") emit({ kind: "text", role: "assistant", text: block.text ?? "" });
      else if (block.type === "thinking" && block.thinking)
        emit({ kind: "text", role: "thinking", text: block.thinking });
    }
    const spent = line.is_api_error_message ? null : spending.onAnswer(line);
    if (spent) emit({ kind: "spent", ...spent });
  };

  /** It has a prompt and takes it when it can: until then that is all there is to see of it. */
  const onLifecycle = ({ command_uuid: uuid = "", state }: Line) => {
    const isPersons = (sent.get(uuid)?.promptId ?? null) !== null;
    if (state === "queued" && isPersons)
      notice("info", "The prompt has reached the agent, which takes it at its next turn.");
  };

  const onUser = (line: Line) => {
    const prompt = line.isReplay ? sent.get(line.uuid ?? "") : undefined;
    if (prompt) {
      sent.delete(line.uuid!);
      emit({ kind: "prompted", promptId: prompt.promptId, text: prompt.text });
    }
    for (const block of blocksOf(line))
      if (block.type === "tool_result") emit(toolEnded(block, line.tool_use_result, plan.work));
  };

  const onResult = (result: Result): AgentEnd | undefined => {
    for (const { tool_name: tool } of result.permission_denials ?? []) if (tool) denied.add(tool);
    emit({ kind: "spent", ...spending.onResult(result) });
    const how = judgeResult(result, denied);
    if (!result.is_error && sent.size > 0) return;
    const retryAfterSeconds =
      how.reason === "RATE_LIMITED" && waitMs > 0 ? { retryAfterSeconds: Math.ceil(waitMs / 1000) } : {};
    return end({ ...how, ...retryAfterSeconds });
  };

  const onQuestion = ({ request_id: askedAs = "", request }: Line) => {
    if (request?.subtype !== "can_use_tool") return;
    const { tool_name: tool = "", input = {} } = request;
    questions.set(askedAs, { input });
    emit({ kind: "asked", askedAs, tool, input: JSON.stringify(input) });
  };

  const onAnswer = (answer: {
    askedAs: string;
    decision: "allow" | "deny";
    message: string | null;
    by: "person" | "policy";
  }) => {
    const { askedAs, decision, message, by } = answer;
    const question = questions.get(askedAs);
    if (question === undefined) return notice("warning", "An answer came for a question that is not asked any more.");
    questions.delete(askedAs);
    const refused = { behavior: "deny", message: message ?? "This was refused." };
    write(
      permissionLine(askedAs, decision === "allow" ? { behavior: "allow", updatedInput: question.input } : refused),
    );
    emit({ kind: "answered", askedAs, decision, by });
  };

  return {
    begin: () => (servers.length > 0 ? askForServers() : sendBrief()),
    close,
    read(line: Line): AgentEnd | undefined {
      if (line.type === "system") return onSystem(line);
      if (line.type === "assistant") onAssistant(line);
      else if (line.type === "user") onUser(line);
      else if (line.type === "result") return onResult(line);
      else if (line.type === "command_lifecycle") onLifecycle(line);
      else if (line.type === "control_request") onQuestion(line);
      else if (line.type === "control_cancel_request") questions.delete(line.request_id ?? "");
      else if (line.type === "control_response" && line.response?.request_id === asksForServers) return onServers(line);
    },
    async followInbox() {
      for await (const message of inbox) {
        if (message.kind === "answer") onAnswer(message);
        else if (isClosed) refuse(message.promptId);
        else send(message);
      }
    },
  };
}

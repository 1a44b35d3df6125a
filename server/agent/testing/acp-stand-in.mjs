// An agent that speaks the Agent Client Protocol and has no model: what it does is told by the words of the prompt (fake/words.mjs), and
// besides them:
//
//     do: think <text>      do: plan <text>      do: stop <stop reason>      do: crash      do: break <JSON-RPC code> <message>
//     do: ask <method of the client>      do: pretend <text>      the turn fails as Codex's do, with the text as its answer
//
// It asks before it writes or runs anything, unless its mode is yolo. Its conversations lie below XDG_STATE_HOME, a file each.
// What it cannot do is told by its arguments:
//
//     --no-load   --no-http   --no-models   --no-modes   --needs-key   --no-key   --version-9
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { readMemories, readSteps } from "../fake/words.mjs";

const args = new Set(process.argv.slice(2));
const send = (/** @type {object} */ message) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const tell = (/** @type {object} */ update) =>
  send({ method: "session/update", params: { sessionId: session.id, update } });

const session = {
  id: "",
  cwd: "",
  mode: "default",
  model: "small",
  said: "",
  isCancelled: false,
  earlierUsd: 0,
  servers: /** @type {unknown[]} */ ([]),
};
/** @type {Map<number, (result: any) => void>} */
const asked = new Map();
let isAuthenticated = !args.has("--needs-key");
let calls = 0;
let turns = 0;

const file = () => join(process.env.XDG_STATE_HOME ?? "", "stand-in", `${session.id}.json`);

function state() {
  const modes = {
    currentModeId: session.mode,
    availableModes: [{ id: "default" }, { id: "yolo" }, { id: "read-only" }],
  };
  const models = { currentModelId: session.model, availableModels: [{ modelId: "small" }, { modelId: "large" }] };
  return {
    sessionId: session.id,
    ...(args.has("--no-modes") ? {} : { modes }),
    ...(args.has("--no-models") ? {} : { models }),
  };
}

class Refusal extends Error {
  constructor(/** @type {number} */ code, /** @type {string} */ message) {
    super(message);
    this.code = code;
  }
}

/** @type {Record<string, (params: any) => unknown>} */
const methods = {
  initialize: () => ({
    protocolVersion: args.has("--version-9") ? 9 : 1,
    agentInfo: { name: "stand-in", version: "1.2.3" },
    agentCapabilities: { loadSession: !args.has("--no-load"), mcpCapabilities: { http: !args.has("--no-http") } },
    authMethods: [
      { id: "browser", name: "Log in" },
      ...(args.has("--no-key") ? [] : [{ id: "stand-in-api-key", name: "By a key" }]),
    ],
  }),
  authenticate({ methodId }) {
    if (methodId !== "stand-in-api-key" || !process.env.ANTHROPIC_API_KEY)
      throw new Refusal(-32000, "There is no key.");
    isAuthenticated = true;
    return {};
  },
  "session/new"({ cwd, mcpServers }) {
    if (!isAuthenticated) throw new Refusal(-32000, "Authentication required");
    Object.assign(session, { id: randomUUID(), cwd, servers: mcpServers });
    return state();
  },
  "session/load"({ sessionId, cwd, mcpServers }) {
    Object.assign(session, { id: sessionId, cwd, servers: mcpServers });
    if (!existsSync(file())) throw new Refusal(-32002, "There is no such thing.");
    session.said = readFileSync(file(), "utf8");
    tell({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: "Told again." } });
    session.earlierUsd = 5;
    tell({ sessionUpdate: "usage_update", used: 1, size: 2, cost: { amount: session.earlierUsd, currency: "USD" } });
    return state();
  },
  "session/set_mode"({ modeId }) {
    session.mode = modeId;
    return {};
  },
  "session/set_model"({ modelId }) {
    if (modelId !== "small" && modelId !== "large") throw new Refusal(-32602, "Nobody knows it.");
    session.model = modelId;
    return {};
  },
  "session/prompt": ({ prompt }) =>
    take(prompt.map((/** @type {{ text?: string }} */ { text = "" }) => text).join("\n")),
  "session/cancel"() {
    session.isCancelled = true;
  },
};

async function take(/** @type {string} */ prompt) {
  turns += 1;
  const before = calls;
  session.said += `${prompt}\n`;
  session.isCancelled = false;
  mkdirSync(dirname(file()), { recursive: true });
  writeFileSync(file(), session.said);
  let stopReason = "end_turn";
  let said = "Done.";
  for (const step of [...readSteps(prompt), ...ownSteps(prompt)]) {
    if (step.does === "write") await write(step.path, step.text);
    if (step.does === "run") await run(step.command);
    if (step.does === "say") said = step.text;
    if (step.does === "recall") said = readMemories(session.said).join(", ") || "Nothing.";
    if (step.does === "call") said = JSON.stringify(session.servers);
    if (step.does === "fail")
      throw new Refusal(-32603, `API Error: ${step.status} The prompt asked for ${step.status}.`);
    if (step.does === "think")
      tell({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: step.text } });
    if (step.does === "plan") {
      const entry = (/** @type {string} */ content) => ({ content, priority: "medium", status: "pending" });
      tell({ sessionUpdate: "plan", entries: step.text.split(", ").map(entry) });
    }
    if (step.does === "stop") stopReason = step.text;
    if (step.does === "pretend") {
      said = step.text;
      tell({ sessionUpdate: "session_info_update", _meta: { codex: { threadStatus: { type: "systemError" } } } });
    }
    if (step.does === "crash") process.exit(3);
    if (step.does === "break") throw new Refusal(step.code, step.text);
    if (step.does === "ask") {
      const answer = await ask({ method: step.text, params: {} });
      said = answer.error?.message ?? "It was answered.";
    }
    if (session.isCancelled) return { stopReason: "cancelled" };
  }
  for (const part of said.match(/.{1,4}/gs) ?? []) {
    tell({ sessionUpdate: "agent_message_chunk", messageId: String(turns), content: { type: "text", text: part } });
  }
  tell({
    sessionUpdate: "usage_update",
    used: 1,
    size: 2,
    cost: { amount: session.earlierUsd + turns / 4, currency: "USD" },
  });
  return { stopReason, usage: usageOf(1 + calls - before) };
}

/** As the model's endpoint of the tests counts (testing/model-endpoint.ts). */
const usageOf = (/** @type {number} */ answers) => ({
  ...{ inputTokens: 1_000 * answers, outputTokens: 50 * answers, cachedReadTokens: 200 * answers },
});

/** @returns {{ does: string, text: string, code: number }[]} */
const ownSteps = (/** @type {string} */ prompt) =>
  prompt.split("\n").flatMap((line) => {
    const [, does = "", rest = ""] = /^do: (think|plan|stop|crash|break|ask|pretend) ?(.*)$/.exec(line) ?? [];
    const code = Number(/^-?\d+/.exec(rest)?.[0]);
    return does === "" ? [] : [{ does, text: does === "break" ? rest.replace(/^-?\d+ /, "") : rest, code }];
  });

async function write(/** @type {string} */ path, /** @type {string} */ text) {
  const toolCallId = `call-${++calls}`;
  const diff = { type: "diff", path: join(session.cwd, path), oldText: null, newText: text };
  tell({
    sessionUpdate: "tool_call",
    toolCallId,
    title: "Preparing…",
    kind: "edit",
    name: "Write",
    status: "pending",
    rawInput: {},
  });
  const call = { toolCallId, title: `Write ${path}`, rawInput: { path, content: text }, content: [diff] };
  tell({ sessionUpdate: "tool_call_update", ...call });
  if (!(await isAllowed(call))) return fail(toolCallId, "It was not permitted.");
  mkdirSync(dirname(diff.path), { recursive: true });
  writeFileSync(diff.path, text);
  tell({ sessionUpdate: "tool_call_update", toolCallId, status: "completed" });
}

async function run(/** @type {string} */ command) {
  const toolCallId = `call-${++calls}`;
  const call = { toolCallId, title: command, kind: "execute", name: "shell", rawInput: { command } };
  tell({ sessionUpdate: "tool_call", ...call, status: "pending" });
  if (!(await isAllowed(call))) return fail(toolCallId, "It was not permitted.");
  tell({ sessionUpdate: "tool_call_update", toolCallId, status: "in_progress" });
  const output = await new Promise((resolve) => {
    execFile("/bin/sh", ["-c", command], { cwd: session.cwd }, (error, stdout, stderr) =>
      resolve({ text: stdout + stderr, isError: error !== null }),
    );
  });
  const content = [{ type: "content", content: { type: "text", text: output.text } }];
  tell({ sessionUpdate: "tool_call_update", toolCallId, status: output.isError ? "failed" : "completed", content });
}

const fail = (/** @type {string} */ toolCallId, /** @type {string} */ rawOutput) =>
  tell({ sessionUpdate: "tool_call_update", toolCallId, status: "failed", rawOutput });

async function isAllowed(/** @type {object} */ toolCall) {
  if (session.mode === "yolo") return true;
  const options = [
    { optionId: "always", name: "Always", kind: "allow_always" },
    { optionId: "once", name: "Once", kind: "allow_once" },
    { optionId: "no", name: "No", kind: "reject_once" },
  ];
  const params = { sessionId: session.id, toolCall, options };
  const { result } = await ask({ method: "session/request_permission", params });
  return result.outcome.optionId === "once";
}

let lastId = 0;
/** @returns {Promise<any>} */
function ask(/** @type {object} */ message) {
  const id = ++lastId;
  send({ id, ...message });
  return new Promise((resolve) => asked.set(id, resolve));
}

createInterface({ input: process.stdin }).on("line", async (line) => {
  const { id, method, params, ...answer } = JSON.parse(line);
  if (method === undefined) return asked.get(id)?.(answer);
  try {
    const handler = methods[method];
    if (handler === undefined) throw new Refusal(-32601, `There is no ${method}.`);
    const result = await handler(params);
    if (id !== undefined) send({ id, result });
  } catch (error) {
    const { code = -32603, message } = /** @type {Refusal} */ (error);
    send({ id, error: { code, message } });
  }
});

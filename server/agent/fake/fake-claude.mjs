#!/usr/bin/env node
// A stand-in for the Claude Code program, for tests and for trying things out without a key: CLAUDE_CLI_PATH=…/fake-claude.mjs. It
// speaks the program's stream of JSON lines and does what the prompt's words say (words.mjs). It names itself as what it is: version
// "0.0.0-fake", model "fake". A prompt that says nothing of the kind is answered with "Done.".
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { readMemories, readSteps } from "./words.mjs";

const version = "0.0.0-fake";
const usage = {
  input_tokens: 1_000,
  output_tokens: 50,
  cache_read_input_tokens: 200,
  cache_creation_input_tokens: 100,
};
const costUsd = 0.01;

const args = process.argv.slice(2);
const option = (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
if (args.includes("--version")) {
  console.log(`${version} (Runboard's fake)`);
  process.exit(0);
}

const sessionId = option("--resume") ?? option("--session-id") ?? randomUUID();
const transcript = join(
  process.env.CLAUDE_CONFIG_DIR ?? process.cwd(),
  `projects/${process.cwd().replaceAll(/[^a-zA-Z0-9]/g, "-")}/${sessionId}.jsonl`,
);
const tell = (line) => process.stdout.write(`${JSON.stringify({ session_id: sessionId, ...line })}\n`);
/** Prompts that have come in and were not taken yet. */
const waiting = [];
const answers = new Map();
let wake = () => {};
let isInputOver = false;

if (option("--resume") && !existsSync(transcript)) {
  const errors = [`No conversation found with session ID: ${sessionId}`];
  tell({ type: "result", subtype: "error_during_execution", is_error: true, num_turns: 0, errors });
  process.exit(1);
}
process.on("SIGTERM", () => process.exit(143));
createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  .on("line", (text) => {
    const line = JSON.parse(text);
    if (line.type === "user") {
      waiting.push(line);
      tell({ type: "command_lifecycle", command_uuid: line.uuid, state: "queued" });
    }
    if (line.type === "control_response") answers.get(line.response.request_id)?.(line.response.response);
    else if (line.request?.subtype === "mcp_status") {
      const mcpServers = serverNames().map((name) => ({ name, status: "connected" }));
      const response = { subtype: "success", request_id: line.request_id, response: { mcpServers } };
      tell({ type: "control_response", response });
    } else if (line.request?.subtype === "interrupt") process.exit(1);
    wake();
  })
  .on("close", () => {
    isInputOver = true;
    wake();
  });

for (;;) {
  while (waiting.length > 0) await turn();
  if (isInputOver) break;
  await new Promise((resolve) => {
    wake = resolve;
  });
}
process.exit(0);

async function turn() {
  const mcp_servers = serverNames().map((name) => ({ name, status: "connected" }));
  tell({
    type: "system",
    subtype: "init",
    claude_code_version: version,
    model: option("--model") ?? "fake",
    mcp_servers,
  });
  const denials = [];
  let answer = "Done.";
  let calls = 1;
  let steps = take();
  while (steps.length > 0) {
    const step = steps.shift();
    if (step.does === "fail") return endpointFailed(step.status);
    if (step.does === "say") answer = step.text;
    else if (step.does === "recall") answer = readMemories(remembered()).join(", ") || "Nothing.";
    else {
      calls += 1;
      if (calls > Number(option("--max-turns") ?? Number.POSITIVE_INFINITY)) return capReached("error_max_turns");
      if (calls * costUsd > Number(option("--max-budget-usd") ?? Number.POSITIVE_INFINITY)) {
        return capReached("error_max_budget_usd");
      }
      await callTool(step, denials);
    }
    // A prompt that came in meanwhile takes the place of what was left.
    if (waiting.length > 0) {
      answer = "Done.";
      steps = take();
    }
  }
  say(answer);
  tell({
    ...{ type: "result", subtype: "success", is_error: false, num_turns: calls, result: answer },
    ...{ permission_denials: denials, usage: times(usage, calls), total_cost_usd: calls * costUsd },
    model_usage_since_last_result: {
      fake: {
        ...{
          inputTokens: calls * usage.input_tokens,
          outputTokens: calls * usage.output_tokens,
          costUSD: calls * costUsd,
        },
        cacheReadInputTokens: calls * usage.cache_read_input_tokens,
        cacheCreationInputTokens: calls * usage.cache_creation_input_tokens,
      },
    },
  });
}

/** The steps of what has come in; each prompt is echoed as taken. */
function take() {
  let prompt = "";
  for (const line of waiting.splice(0)) {
    prompt = line.message.content;
    mkdirSync(dirname(transcript), { recursive: true });
    writeFileSync(transcript, `${JSON.stringify({ prompt })}\n`, { flag: "a" });
    tell({ ...line, isReplay: true });
  }
  return readSteps(prompt);
}

function remembered() {
  const lines = readFileSync(transcript, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line).prompt).join("\n");
}

function say(text) {
  tell({ type: "assistant", message: { id: randomUUID(), usage, content: [{ type: "text", text }] } });
}

async function callTool(step, denials) {
  const id = randomUUID();
  const [name, input] = toolOf(step);
  tell({ type: "assistant", message: { id: randomUUID(), usage, content: [{ type: "tool_use", id, name, input }] } });
  const refusal = await isRefused(name, input);
  if (refusal !== null) denials.push({ tool_name: name, tool_use_id: id, tool_input: input });
  const { content, isError, result } = refusal === null ? await carryOut(step) : { content: refusal, isError: true };
  const block = { type: "tool_result", tool_use_id: id, content, is_error: isError };
  tell({ type: "user", message: { role: "user", content: [block] }, tool_use_result: result });
}

function toolOf(step) {
  if (step.does === "write") return ["Write", { file_path: step.path, content: step.text }];
  if (step.does === "run") return ["Bash", { command: step.command }];
  return [step.tool, step.input];
}

/** Null: it may. */
async function isRefused(name, input) {
  if (args.includes("--dangerously-skip-permissions")) return null;
  if (option("--permission-prompt-tool") !== "stdio") return `You have not been given permission to use ${name}.`;
  const requestId = randomUUID();
  const answered = new Promise((resolve) => answers.set(requestId, resolve));
  const request = { subtype: "can_use_tool", tool_name: name, input };
  tell({ type: "control_request", request_id: requestId, request });
  const { behavior, message } = await answered;
  return behavior === "allow" ? null : message;
}

async function carryOut(step) {
  if (step.does === "run") return run(step.command);
  if (step.does === "call") return { content: JSON.stringify(step.input), isError: false };
  const path = resolve(step.path);
  const originalFile = existsSync(path) ? readFileSync(path, "utf8") : null;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, step.text);
  const result = { filePath: path, content: step.text, originalFile, structuredPatch: [] };
  return { content: `Wrote ${step.path}.`, isError: false, result };
}

function run(command) {
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
    let content = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        content += chunk;
      });
    }
    child.once("close", (code) => resolve({ content, isError: code !== 0 }));
  });
}

function endpointFailed(status) {
  const result = `API Error: ${status} The prompt asked for ${status}.`;
  const message = { id: randomUUID(), content: [{ type: "text", text: result }] };
  tell({ type: "assistant", is_api_error_message: true, message });
  tell({ type: "result", subtype: "success", is_error: true, num_turns: 1, result, api_error_status: status });
  process.exitCode = 1;
}

function capReached(subtype) {
  tell({
    type: "result",
    subtype,
    is_error: true,
    num_turns: 1,
    errors: ["A cap was reached."],
    total_cost_usd: costUsd,
  });
  process.exitCode = 1;
}

function serverNames() {
  const file = option("--mcp-config");
  return file ? Object.keys(JSON.parse(readFileSync(file, "utf8")).mcpServers) : [];
}

function times(counts, by) {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count * by]));
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hasSteps, readMemories, readSteps, type Step } from "../fake/words.mjs";

export interface ModelEndpoint {
  url: string;
  /** What came in, in order. */
  readonly requests: readonly { method: string; path: string; headers: IncomingMessage["headers"]; body: string }[];
  close(): Promise<void>;
}

interface Block {
  type: string;
  text?: string;
  name?: string;
  content?: unknown;
}
interface Message {
  role: string;
  content: string | Block[];
}
interface Asked {
  model?: string;
  stream?: boolean;
  messages?: Message[];
  tools?: { name: string }[];
}

export const usage = { input: 1_000, output: 50, cacheRead: 200, cacheWrite: 100 };

/**
 * Anthropic's Messages API on loopback, without a model: what it answers is told by the words of the prompt (fake/words.mjs) and by the
 * request alone, so that one of it serves any number of sessions, and conversations that go on elsewhere. `key`: the only one it takes.
 */
export async function startModelEndpoint({ key }: { key: string }): Promise<ModelEndpoint> {
  const requests: ModelEndpoint["requests"][number][] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const body = await textOf(request);
    requests.push({ method, path, headers, body });
    if (headers["x-api-key"] !== key && headers.authorization !== `Bearer ${key}`) {
      return fail(response, 401, "authentication_error", "invalid x-api-key");
    }
    const asked = (body === "" ? {} : JSON.parse(body)) as Asked;
    if (path.startsWith("/v1/messages/count_tokens")) return json(response, 200, { input_tokens: usage.input });
    if (path.startsWith("/v1/messages")) return answer(response, asked);
    fail(response, 404, "not_found_error", path);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

const errorTypes: Record<number, string> = {
  401: "authentication_error",
  403: "permission_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};

function answer(response: ServerResponse, asked: Asked) {
  const step = nextStep(asked.messages ?? []);
  if (step.does === "fail") {
    if (step.status === 429) response.setHeader("retry-after", "1");
    return fail(response, step.status, errorTypes[step.status] ?? "api_error", `The prompt asked for ${step.status}.`);
  }
  const content = contentOf(step, asked);
  if (asked.stream) stream(response, asked, content);
  else json(response, 200, { ...messageOf(asked), content: [content], stop_reason: stopReason(content) });
}

/** Where the newest prompt stands is known by its words; how many of its steps were taken by the tools called since. */
function nextStep(messages: readonly Message[]): Step {
  const texts = messages.map(({ role, content }) => (role === "user" ? textsOf(content) : []).join("\n"));
  const newest = texts.findLastIndex(hasSteps);
  const steps = readSteps(texts[newest] ?? "");
  const taken = messages
    .slice(newest)
    .flatMap(({ role, content }) => (role === "assistant" && Array.isArray(content) ? content : []));
  const calls = taken.filter(({ type }) => type === "tool_use").length;
  const step = steps[calls] ?? { does: "say", text: "Done." };
  return step.does === "recall" ? { does: "say", text: texts.flatMap(readMemories).join(", ") || "Nothing." } : step;
}

const textsOf = (content: Message["content"]): string[] =>
  typeof content === "string"
    ? [content]
    : content.flatMap(({ type, text }) => (type === "text" && text ? [text] : []));

type Content = { type: "text"; text: string } | { type: "tool_use"; id: string; name: string; input: unknown };

function contentOf(step: Step, { messages = [] }: Asked): Content {
  const id = `toolu_${String(messages.length).padStart(4, "0")}${Math.random().toString(36).slice(2, 12)}`;
  const call = (name: string, input: unknown): Content => ({ type: "tool_use", id, name, input });
  if (step.does === "write") return call("Write", { file_path: step.path, content: step.text });
  if (step.does === "run") return call("Bash", { command: step.command, description: "As the prompt says" });
  if (step.does === "call") return call(step.tool, step.input);
  return { type: "text", text: step.does === "say" ? step.text : "" };
}

const stopReason = ({ type }: Content): string => (type === "text" ? "end_turn" : "tool_use");

const messageOf = ({ model = "fake" }: Asked) => ({
  ...{ id: `msg_${Math.random().toString(36).slice(2)}`, type: "message", role: "assistant", model, content: [] },
  ...{ stop_reason: null, stop_sequence: null },
  usage: {
    ...{ input_tokens: usage.input, output_tokens: usage.output },
    ...{ cache_read_input_tokens: usage.cacheRead, cache_creation_input_tokens: usage.cacheWrite },
  },
});

function stream(response: ServerResponse, asked: Asked, content: Content): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const send = (type: string, more: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
  send("message_start", { message: messageOf(asked) });
  const empty = content.type === "text" ? { ...content, text: "" } : { ...content, input: {} };
  send("content_block_start", { index: 0, content_block: empty });
  const delta =
    content.type === "text"
      ? { type: "text_delta", text: content.text }
      : { type: "input_json_delta", partial_json: JSON.stringify(content.input) };
  send("content_block_delta", { index: 0, delta });
  send("content_block_stop", { index: 0 });
  send("message_delta", {
    delta: { stop_reason: stopReason(content), stop_sequence: null },
    usage: { output_tokens: usage.output },
  });
  send("message_stop", {});
  response.end();
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

const fail = (response: ServerResponse, status: number, type: string, message: string): void =>
  json(response, status, { type: "error", error: { type, message } });

import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gateEnvironment, readGateKey, readOtherProvider } from "./credentials.ts";
import { type Gate, openGate } from "./gate.ts";

const token = "token-of-the-session";
const keys = { ANTHROPIC_API_KEY: "anthropic-key", OPENAI_API_KEY: "openai-key", GEMINI_API_KEY: "gemini-key" };

let came: { path: string; headers: IncomingHttpHeaders }[];
let gate: Gate;
const api = createServer((request, response) => {
  came.push({ path: request.url ?? "", headers: request.headers });
  response.end("{}");
});

beforeEach(async () => {
  came = [];
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  gate.close();
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
});

/** As a driver opens it, from what an orchestrator tells it of what the operator has set. */
async function open(set: Partial<typeof keys>) {
  const url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
  const told = gateEnvironment({
    ...set,
    OPENAI_BASE_URL: `${url}/of-openai/v1`,
    GOOGLE_GEMINI_BASE_URL: `${url}/of-google`,
  });
  const environment = told as unknown as NodeJS.ProcessEnv;
  gate = await openGate({
    plan: { relay: null, upstream: url, token, allowedHosts: [] },
    key: readGateKey(environment),
    others: { openai: readOtherProvider("openai", environment), gemini: readOtherProvider("gemini", environment) },
    onNotice: () => {},
  });
}
const ask = (path: string, headers: Record<string, string>, method = "POST") =>
  fetch(`${gate.url}${path}`, { method, headers, ...(method === "POST" ? { body: "{}" } : {}) });

test("each provider's API gets its own key, put as it wants it, in place of the session's token", async () => {
  await open(keys);
  await ask("/v1/messages", { "x-api-key": token });
  await ask("/openai/v1/responses?a=b", { authorization: `Bearer ${token}` });
  await ask("/gemini/v1beta/models/any:streamGenerateContent?alt=sse", { "x-goog-api-key": token });

  expect(came.map(({ path }) => path)).toEqual([
    ...["/v1/messages", "/of-openai/v1/responses?a=b", "/of-google/v1beta/models/any:streamGenerateContent?alt=sse"],
  ]);
  expect(came[0]!.headers["x-api-key"]).toBe("anthropic-key");
  expect(came[1]!.headers.authorization).toBe("Bearer openai-key");
  expect(came[2]!.headers["x-goog-api-key"]).toBe("gemini-key");
  expect(JSON.stringify(came)).not.toContain(token);
});

test("nobody gets through without the session's token, nor out of the API, nor to a provider without a key", async () => {
  await open({ ANTHROPIC_API_KEY: keys.ANTHROPIC_API_KEY, GEMINI_API_KEY: keys.GEMINI_API_KEY });
  const refused = await Promise.all([
    ask("/gemini/v1beta/models/any:generateContent", { "x-goog-api-key": "another" }),
    ask("/gemini/v1beta/models/any:generateContent", {}),
    ask("/openai/v1/responses", { authorization: `Bearer ${token}` }),
    ask("/gemini/upload", { "x-goog-api-key": token }),
    ask("/openai/v1/%2e%2e/%2e%2e/x", { authorization: `Bearer ${token}` }),
    ask("/openai/v2/responses", { authorization: `Bearer ${token}` }),
  ]);

  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 404, 404, 404]);
  expect(await refused[2]!.text()).toContain("No key of the model's provider is set");
  expect(came).toEqual([]);
});

type Asked = [path: string, headers: Record<string, string>, method?: string];

test("of each API there is what asks a model and what models there are, and nothing else that the key opens", async () => {
  await open(keys);
  const openai = { authorization: `Bearer ${token}` };
  const gemini = { "x-goog-api-key": token };
  const passed: Asked[] = [
    ...["/openai/v1/responses", "/openai/v1/responses/compact", "/openai/v1/chat/completions"].map(
      (path): Asked => [path, openai],
    ),
    ["/openai/v1/models?client_version=1", openai, "GET"],
    ...["generateContent", "streamGenerateContent?alt=sse", "countTokens"].map(
      (verb): Asked => [`/gemini/v1beta/models/gemini-3-pro:${verb}`, gemini],
    ),
    ["/gemini/v1beta/models", gemini, "GET"],
  ];
  for (const [path, headers, method] of passed)
    expect([path, (await ask(path, headers, method)).status]).toEqual([path, 200]);
  expect(came).toHaveLength(passed.length);

  const refused: Asked[] = [
    ...[
      "/files",
      "/batches",
      "/vector_stores",
      "/images/generations",
      "/organization/users",
      "/responses/resp_1/cancel",
    ].map((path): Asked => [`/openai/v1${path}`, openai, "POST"]),
    ...["/files/file-1/content", "/responses/resp_1", "/responses", "/conversations/conv_1"].map(
      (path): Asked => [`/openai/v1${path}`, openai, "GET"],
    ),
    ["/openai/v1/models/any", openai, "DELETE"],
    ...[
      "/v1beta/cachedContents",
      "/v1beta/files",
      "/upload/v1beta/files",
      "/v1beta/models/any:batchGenerateContent",
    ].map((path): Asked => [`/gemini${path}`, gemini, "POST"]),
    ["/gemini/v1beta/files/one", gemini, "GET"],
    ["/gemini/v1beta/tunedModels/any:generateContent", gemini, "POST"],
  ];
  for (const [path, headers, method] of refused)
    expect([path, [404, 405].includes((await ask(path, headers, method)).status)]).toEqual([path, true]);
  expect(came).toHaveLength(passed.length);
});

import { expect, test } from "vitest";
import { type Reach, reachOfAnthropic, reachOfGemini, reachOfOpenai } from "./reach.ts";
import { readShape } from "./request-shape.ts";

const reachOf = (reach: Reach, body: object) => reach(readShape(Buffer.from(JSON.stringify(body))));
const ask = (content: unknown) => ({ model: "m", messages: [{ role: "user", content }] });
const url = "https://example.org/?stolen";

test.each<[string, object]>([
  ["web_search_20250305", { tools: [{ name: "Read" }, { type: "web_search_20250305", name: "web_search" }] }],
  ["web_fetch_20250910", { tools: [{ type: "web_fetch_20250910" }] }],
  ["code_execution_20250825", { tools: [{ type: "code_execution_20250825" }] }],
  ["mcp_toolset", { tools: [{ type: "mcp_toolset", mcp_server_name: "x" }] }],
  ["mcp_servers", { mcp_servers: [{ type: "url", url, name: "x" }] }],
  ["mcp_servers", { mcpServers: { x: { url } } }],
  // Tools that come to be in the middle of a conversation.
  ["web_fetch_20250910", ask([{ type: "tool_addition", tools: [{ type: "web_fetch_20250910" }] }])],
  ["a source of type url", ask([{ type: "image", source: { type: "url", url } }])],
  [
    "a source of type url",
    ask([{ type: "tool_result", content: [{ type: "document", source: { type: "url", url } }] }]),
  ],
])("Anthropic's API would reach out by %s", (what, body) => expect(reachOf(reachOfAnthropic, body)).toBe(what));

test("what Claude's tools take, were called with and found is nobody's order to Anthropic", () => {
  const schema = { properties: { source: { type: "url" }, type: { const: "web_fetch_20250910" } } };
  const body = {
    ...{
      mcp_servers: [],
      tools: [
        { name: "fetch", input_schema: schema },
        { type: "bash_20250124", name: "bash" },
      ],
    },
    ...ask([
      { type: "tool_use", name: "fetch", input: { type: "web_fetch_20250910", source: { type: "url", url } } },
      { type: "web_search_tool_result", content: [{ type: "web_search_result", url }] },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "x".repeat(5_000) } },
      { type: "text", text: JSON.stringify({ tools: [{ type: "web_fetch_20250910" }], mcp_servers: [url] }) },
    ]),
  };
  expect(reachOf(reachOfAnthropic, body)).toBeNull();
});

test.each<[string, object]>([
  ...["web_search", "web_search_preview", "web_search_2025_08_26", "web_search_preview_2025_03_11", "mcp"].map(
    (type) => [type, { tools: [{ type }] }] as [string, object],
  ),
  ...["file_search", "code_interpreter"].map((type) => [type, { tools: [{ type }] }] as [string, object]),
  ["web_search", { tools: [{ type: "web_search", external_web_access: true }] }],
  ["container_auto", { tools: [{ type: "shell", environment: { type: "container_auto" } }] }],
  ["mcp", { tools: [{ type: "namespace", tools: [{ type: "mcp", server_url: url }] }] }],
  ["web_search_options", { web_search_options: {} }],
  ["gpt-4o-search-preview", { model: "gpt-4o-search-preview" }],
  ["image_url", { input: [{ role: "user", content: [{ type: "input_image", image_url: url }] }] }],
  ["image_url", ask([{ type: "image_url", image_url: { url } }])],
  ["file_url", { input: [{ role: "user", content: [{ type: "input_file", file_url: url }] }] }],
])("OpenAI's API would reach out by %s", (what, body) => expect(reachOf(reachOfOpenai, body)).toBe(what));

test("what Codex asks of OpenAI by itself, and what its tools say, goes nowhere", () => {
  const parameters = { properties: { type: { const: "mcp" } }, type: "object" };
  const body = {
    ...{
      model: "gpt-5-codex",
      metadata: { type: "mcp" },
      text: { format: { type: "json_schema", schema: { type: "mcp" } } },
    },
    tools: [
      { type: "function", name: "shell", parameters },
      ...[{ type: "custom", name: "apply_patch" }, { type: "local_shell" }, { type: "image_generation" }],
      { type: "web_search", external_web_access: false },
      { type: "shell", environment: { type: "local" } },
    ],
    input: [
      { type: "function_call", arguments: '{"type":"mcp"}' },
      ...[{ type: "web_search_call" }, { type: "mcp_call" }],
      { role: "user", content: [{ type: "input_image", image_url: `data:image/png;base64,${"x".repeat(5_000)}` }] },
    ],
  };
  expect(reachOf(reachOfOpenai, body)).toBeNull();
});

test.each<[string, object]>([
  ...["googleSearch", "google_search", "urlContext", "url_context", "codeExecution", "googleMaps", "unheardOf"].map(
    (name) => [name, { tools: [{ functionDeclarations: [] }, { [name]: {} }] }] as [string, object],
  ),
  ["googleSearch", { tools: { googleSearch: {} } }],
  ["url_context", { generateContentRequest: { tools: [{ url_context: {} }] } }],
  ["fileData", { contents: [{ parts: [{ fileData: { fileUri: url } }] }] }],
  ["fileData", { contents: [{ parts: [{ file_data: { file_uri: url } }] }] }],
])("Gemini's API would reach out by %s", (what, body) => expect(reachOf(reachOfGemini, body)).toBe(what));

test("functions, and what they were called with, go nowhere", () => {
  const body = {
    tools: [{ functionDeclarations: [{ name: "f", parameters: { properties: { tools: { googleSearch: {} } } } }] }],
    contents: [
      { parts: [{ functionCall: { name: "f", args: { tools: [{ urlContext: {} }], fileData: {} } } }] },
      { parts: [{ functionResponse: { name: "f", response: { fileData: {} } } }, { inlineData: { data: "x" } }] },
    ],
  };
  expect(reachOf(reachOfGemini, body)).toBeNull();
});

import type { Shape, ShapeObject } from "./request-shape.ts";

/**
 * What a request has the provider reach by itself, in the request's own words: its search, its fetching of pages and pictures, its MCP
 * client, its machines. That is a way out past the project's allowed hosts, whoever walks it. Null: nothing.
 */
export type Reach = (body: Shape) => string | null;

export const reachOfAnthropic: Reach = (body) =>
  find(body, {
    // What tools were called with and take: any words at all, and nobody's orders.
    foreign: new Set(["input", "inputschema"]),
    reaches: (name, value) => {
      if (name === "type" && typeof value === "string")
        return /^(web_search|web_fetch|code_execution)(_\d|_latest$|$)|^mcp_toolset$/.test(value) ? value : null;
      if (name === "mcpservers") return isEmpty(value) ? null : "mcp_servers";
      return name === "source" && textAt(value, "type") === "url" ? "a source of type url" : null;
    },
  });

export const reachOfOpenai: Reach = (body) =>
  find(body, {
    foreign: new Set(["parameters", "schema", "arguments", "metadata"]),
    reaches: (name, value, owner) => {
      if (name === "type" && typeof value === "string") return isHostedOpenai(value, owner) ? value : null;
      if (name === "websearchoptions") return "web_search_options";
      if (name === "model" && typeof value === "string") return /-search(-|$)/.test(value) ? value : null;
      if (name !== "imageurl" && name !== "fileurl") return null;
      const url = typeof value === "string" ? value : (textAt(value, "url") ?? "");
      return url === "" || url.startsWith("data:") ? null : name === "imageurl" ? "image_url" : "file_url";
    },
  });

/** A search in what the provider has stored, which Codex asks for where it is not told otherwise, goes nowhere. */
function isHostedOpenai(type: string, owner: ShapeObject): boolean {
  if (/^web_search(_preview)?(_\d|$)/.test(type)) return owner.external_web_access !== false;
  return /^(mcp|file_search|code_interpreter|container_auto|container_reference)$/.test(type);
}

export const reachOfGemini: Reach = (body) =>
  find(body, {
    foreign: new Set([
      "args",
      "response",
      "parameters",
      "parametersjsonschema",
      "responseschema",
      "responsejsonschema",
    ]),
    reaches: (name, value) => {
      if (name === "filedata") return "fileData";
      return name === "tools" ? hostedGemini(value) : null;
    },
  });

/** The tools of its own that it has besides calling functions are many, and become more: those the agent carries out are known. */
const carriedOut: ReadonlySet<string> = new Set(["functiondeclarations", "computeruse"]);
const hostedGemini = (tools: Shape): string | null =>
  [tools]
    .flat()
    .flatMap((tool) => (isObject(tool) ? Object.keys(tool) : []))
    .find((name) => !carriedOut.has(bare(name))) ?? null;

interface Search {
  /** Below these names nothing is looked at; bare. */
  foreign: ReadonlySet<string>;
  reaches(name: string, value: Shape, owner: ShapeObject): string | null;
}

function find(shape: Shape, search: Search): string | null {
  if (Array.isArray(shape)) return firstOf(shape, (one) => find(one, search));
  if (!isObject(shape)) return null;
  return firstOf(Object.entries(shape), ([written, value]) => {
    const name = bare(written);
    return search.foreign.has(name) ? null : (search.reaches(name, value, shape) ?? find(value, search));
  });
}

function firstOf<Item>(items: readonly Item[], look: (item: Item) => string | null): string | null {
  for (const item of items) {
    const found = look(item);
    if (found !== null) return found;
  }
  return null;
}

/** Providers read a name in more than one writing: `url_context`, `urlContext`. */
const bare = (name: string): string => name.replaceAll("_", "").toLowerCase();
const isObject = (shape: Shape): shape is ShapeObject =>
  typeof shape === "object" && shape !== null && !Array.isArray(shape);
const isEmpty = (shape: Shape): boolean => shape === null || (Array.isArray(shape) && shape.length === 0);
const textAt = (shape: Shape, name: string): string | null => {
  const [, value] = Object.entries(isObject(shape) ? shape : {}).find(([written]) => bare(written) === name) ?? [];
  return typeof value === "string" ? value : null;
};

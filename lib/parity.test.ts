import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Operation, operations } from "@/lib/catalogue.ts";
import { env, newSecret } from "@/lib/env.ts";
import { openApiDocument } from "@/lib/http/openapi/document.ts";
import { serveApi } from "@/lib/http/serve.ts";
import { toolName } from "@/lib/mcp/tools.ts";
import { toolsFor } from "@/lib/mcp/visitor.ts";
import type { Door } from "@/lib/operation.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";

// Every operation behind every door, or a reason in its entry. What each door shows is read from the door itself.

provideTestDatabase();
const root = join(import.meta.dirname, "..");
const document = await openApiDocument();

/** The commands of `runboard`, by the operation each carries out; null: this tree has no command line. */
function commands(): Set<string> | null {
  const description = join(root, "lib/generated/cli.json");
  if (!existsSync(description)) return null;
  return new Set((JSON.parse(readFileSync(description, "utf8")) as { name: string }[]).map(({ name }) => name));
}

/** What is offered to people and what to sessions, together. */
function offeredTools(): Set<string> {
  const scopes = [null, {} as NonNullable<Parameters<typeof toolsFor>[0]["scope"]>];
  return new Set(scopes.flatMap((scope) => toolsFor({ scope }).map(({ operation }) => operation.name)));
}

/** Typed calls in what the browser runs: `api.noun.verb(`, and `api.task[verb](` for the verbs that people have a label for. */
function onScreens(): Set<string> {
  const files = ["components", "lib/client"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name)),
  );
  const sources = files
    .filter((file) => /\.tsx?$/.test(file) && !file.includes(".test."))
    .map((file) => readFileSync(file, "utf8"));
  const called = sources.flatMap((text) =>
    [...text.matchAll(/\bapi\.(\w+)\.(\w+)\b/g)].map(([, noun, verb]) => `${noun}.${verb}`),
  );
  const isMoved = sources.some((text) => text.includes("api.task[verb]("));
  const labels = /verbLabels[^{]*\{([^}]*)\}/.exec(readFileSync(join(root, "lib/client/verbs.ts"), "utf8"))?.[1] ?? "";
  const moves = isMoved ? [...labels.matchAll(/(\w+):/g)].map(([, verb]) => `task.${verb}`) : [];
  return new Set([...called, ...moves]);
}

const cli = commands();
const shown: Record<Door, Set<string> | null> = { cli, mcp: offeredTools(), screen: onScreens() };

/** A call without what it needs: whoever knows the address says what is missing, whoever does not says NOT_FOUND. */
async function answerOf({ route }: Operation): Promise<{ status: number; body: { message: string; code: string } }> {
  const path = route.path.replaceAll(/\{[^}]+\}/g, "0");
  const { method } = route;
  const headers = { authorization: `Bearer ${env.RUNBOARD_TOKEN}`, "content-type": "application/json" };
  const body = method === "GET" ? {} : { body: '{"surprise":1}' };
  const query = method === "GET" ? "?surprise=1" : "";
  const response = await serveApi(new Request(`http://localhost/api/v1${path}${query}`, { method, headers, ...body }));
  return { status: response.status, body: await response.json() };
}

beforeAll(() => void Object.assign(env, { RUNBOARD_TOKEN: newSecret() }));

describe.each(operations)("$name", (operation) => {
  const { name, meta, route } = operation;

  it(`is answered at ${route.method} ${route.path}`, async () => {
    const { status, body } = await answerOf(operation);
    expect({ status, code: body.code }).toEqual({ status: 422, code: "VALIDATION_FAILED" });
    expect(JSON.stringify(body)).toContain("surprise");
  });

  it("stands in the OpenAPI document", () => {
    expect(document.paths[route.path]?.[route.method.toLowerCase()]?.operationId).toBe(name);
  });

  it.each(["mcp", "cli", "screen"] as const)("is behind the door %s, or its entry says why not", (door) => {
    const reason = meta.without?.[door];
    if (reason !== undefined) expect(reason.length).toBeGreaterThan(20);
    const found = shown[door];
    if (found !== null) expect(found.has(name)).toBe(reason === undefined);
  });
});

it("shows no tool and no command that is no operation, and no two by one name", () => {
  const names = operations.map(({ name }) => name);
  for (const found of Object.values(shown))
    expect([...(found ?? [])].filter((name) => !names.includes(name))).toEqual([]);
  expect(new Set(operations.map(toolName)).size).toBe(operations.length);
});

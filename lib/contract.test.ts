import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { policies } from "@/lib/actor.ts";
import { contract } from "@/lib/contract.ts";
import type { OperationMeta } from "@/lib/operation.ts";
import { handlers } from "@/lib/operations.ts";
import { inputSchemaOf } from "@/lib/testing/world.ts";

interface Entry {
  "~orpc": { meta: OperationMeta; route: { method: string; path: string; summary: string } };
}

const operations = Object.entries(contract).flatMap(([noun, entries]) =>
  Object.entries(entries).map(([verb, entry]) => ({
    name: `${noun}.${verb}`,
    noun,
    verb,
    ...(entry as unknown as Entry)["~orpc"],
  })),
);

describe("the catalogue of operations", () => {
  it("has a handler for each entry and an entry for each handler", () => {
    const named = Object.entries(handlers).flatMap(([noun, verbs]) =>
      Object.keys(verbs).map((verb) => `${noun}.${verb}`),
    );
    expect(named.sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it("gives every operation a method and path of its own", () => {
    const shapes = operations.map(({ route }) => `${route.method} ${route.path.replace(/\{[^}]+\}/g, "{}")}`);
    expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([]);
  });

  it.each(operations)("says for $name who may call it, what it does and whether it writes", ({ meta, route }) => {
    expect(policies).toContain(meta.policy);
    expect(["read", "write"]).toContain(meta.effect);
    expect(route.summary).toMatch(/^[A-Z].{5,}[^.]$/);
    expect(route.method === "GET").toBe(meta.effect === "read");
  });

  it.each(operations)("refuses a field $name does not know, and names only that", ({ noun, verb }) => {
    const parsed = inputSchemaOf(noun, verb).safeParse({ surprise: 1 });
    const unknown = parsed.error?.issues.filter((issue) => issue.code === "unrecognized_keys") ?? [];
    expect(unknown).toMatchObject([{ keys: ["surprise"] }]);
  });

  it.each(operations.filter(({ meta }) => meta.policy.startsWith("project")))(
    "has a project in $name that a session is held to: its own, or that of the task or session named",
    ({ noun, verb }) => {
      const shape = Object.keys((inputSchemaOf(noun, verb) as z.ZodObject).shape);
      const required = (inputSchemaOf(noun, verb).safeParse({}).error?.issues ?? []).map(({ path }) => path[0]);
      const held = ["projectId", "taskId", "sessionId"];
      expect(shape.includes("projectId") || required.some((name) => held.includes(String(name)))).toBe(true);
      // What names something else has to be known to lib/session/scope.ts; entityId filters within the project.
      const references = shape.filter((name) => /Id$|Ids$|^ids$|^dependsOn$|^tasks$/.test(name));
      const known = [...held, "dependsOnId", "parentId", "dependsOn", "tasks", "entityId", "ids"];
      expect(references.filter((name) => !known.includes(name))).toEqual([]);
    },
  );

  it("has every parameter of a path in the operation's input", () => {
    for (const { noun, verb, route } of operations) {
      const issues = inputSchemaOf(noun, verb).safeParse({}).error?.issues ?? [];
      const required = issues.map(({ path }) => path[0]);
      for (const [, parameter] of route.path.matchAll(/\{([^}]+)\}/g))
        expect(required, `${noun}.${verb}`).toContain(parameter);
    }
  });
});

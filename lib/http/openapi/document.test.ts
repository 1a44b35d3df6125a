import { describe, expect, it } from "vitest";
import { operations } from "@/lib/catalogue.ts";
import { errorTable } from "@/lib/errors.ts";
import { openApiDocument } from "@/lib/http/openapi/document.ts";
import { exampleOf } from "@/lib/http/openapi/examples/examples.ts";

const document = await openApiDocument();
const operationOf = ({ route }: (typeof operations)[number]) =>
  document.paths[route.path]![route.method.toLowerCase()]!;

describe("the description of the API", () => {
  it.each(operations)(
    "shows $name in an example that its own schemas accept",
    ({ noun, verb, inputSchema, outputSchema }) => {
      const { input, output } = exampleOf(noun, verb);
      expect(inputSchema.safeParse(input)).toMatchObject({ success: true });
      expect(outputSchema.parse(output)).toEqual(output);
    },
  );

  it.each(operations)(
    "says of $name what it does, who may call it, what it answers and how it refuses",
    (operation) => {
      const described = operationOf(operation);
      expect(described).toMatchObject({ operationId: operation.name, summary: operation.route.summary });
      expect(described.description).toMatch(/For (people|the session)/);
      const statuses = Object.keys(described.responses);
      expect(statuses).toEqual(expect.arrayContaining([String(operation.route.successStatus), "401", "422", "503"]));
      const success = described.responses[String(operation.route.successStatus)]!;
      expect(success.content!["application/json"]).toMatchObject({
        schema: expect.anything(),
        example: expect.anything(),
      });
      const known = Object.values(errorTable).map(({ status }) => String(status));
      expect(statuses.filter((status) => !status.startsWith("2") && !known.includes(status))).toEqual([]);
    },
  );

  it("leads every reference somewhere", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
    const found = (path: string) =>
      path.split("/").reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document);
    expect(new Set(references).size).toBeGreaterThan(10);
    expect(references.filter((path) => found(path) === undefined)).toEqual([]);
  });

  it("has a tag with a description for every operation", () => {
    const named = document.tags.map(({ name }) => name);
    const used = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).flatMap(({ tags }) => (tags as string[] | undefined) ?? []),
    );
    expect([...new Set(used)].sort()).toEqual([...named].sort());
  });

  it("says how creates happen once and edits are kept from overwriting, where that counts", () => {
    const naming = (name: string) =>
      operations.filter((one) => JSON.stringify(operationOf(one).parameters).includes(`/parameters/${name}`));
    expect(naming("IdempotencyKey").map(({ name }) => name)).toEqual(
      operations.filter(({ route }) => route.successStatus === 201).map(({ name }) => name),
    );
    expect(naming("IfMatch").map(({ name }) => name)).toEqual([
      "project.update",
      "task.update",
      "rule.update",
      "config.update",
    ]);
  });
});

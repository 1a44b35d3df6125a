import { describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { specSchemas, workingDirectorySchema } from "@/lib/task/schema.ts";
import {
  call,
  eventsOf,
  inputSchemaOf,
  newProject,
  newTask,
  provideTestDatabase,
  refusal,
} from "@/lib/testing/world.ts";

provideTestDatabase();

const creates = inputSchemaOf("task", "create");
const wrong = (fields: object): string[] =>
  (creates.safeParse({ projectId: "P", title: "t", ...fields }).error?.issues ?? []).map(({ path, code }) =>
    [...path, code].join("."),
  );

describe("a new card", () => {
  it.each([
    ["a title of 201 characters", { title: "x".repeat(201) }],
    ["a title of spaces", { title: "   " }],
    ["a description over 64 KiB", { description: "x".repeat(65_537) }],
    ["a priority reserved for the system", { priority: 5 }],
    ["a priority that is text", { priority: "high" }],
    ["a status it cannot begin with", { status: "QUEUED" }],
    ["an unknown type", { type: "bash" }],
    ["an unknown field", { isForced: true }],
    ["metadata over 16 KiB", { metadata: { a: "x".repeat(16_384) } }],
    ["a spec over 1 MiB", { spec: { prompt: "x".repeat(262_144), args: Array(7).fill("x".repeat(131_072)) } }],
    ["a deadline that is no time", { deadline: "tomorrow" }],
    ["no attempts", { maxAttempts: 0 }],
    ["more than a day", { timeoutSeconds: 86_401 }],
    ["a parent that is no id", { parentId: "DEMO-1" }],
    ["31 tags", { tags: Array.from({ length: 31 }, (_, n) => `${n}`) }],
  ])("with %s is refused by its schema", (_, fields) => {
    expect(wrong(fields)).toHaveLength(1);
  });

  it("of 200 characters and 64 KiB is fine, and so is the longest prompt with what its tools need", () => {
    expect(wrong({ title: "x".repeat(200), description: "x".repeat(65_536), priority: 4 })).toEqual([]);
    expect(
      wrong({ spec: { prompt: "x".repeat(262_144), additionalFlags: Array(5).fill("x".repeat(131_072)) } }),
    ).toEqual([]);
  });
});

describe("a working directory", () => {
  it.each(["..", "../..", "a/../..", "a/..", "..\\x", "/", "/etc", "a\0b", "", "x".repeat(1025)])(
    "%j may not leave the clone",
    (path) => {
      expect(workingDirectorySchema.safeParse(path).success).toBe(false);
    },
  );

  it.each([".", "a", "a/b", "..a", "a..", "a/.../b", "größe"])("%j is inside", (path) => {
    expect(workingDirectorySchema.safeParse(path).success).toBe(true);
  });
});

describe("a spec", () => {
  it.each([
    { command: "x", environment: { RUNBOARD_TOKEN: "x" } },
    { command: "x", environment: { "A=B": "x" } },
    { command: "x", environment: { A: "nul\0" } },
    { command: "nul\0" },
    { command: "x", args: ["nul\0"] },
    { command: "x", args: "-c" },
    { command: "" },
    { command: "x", shell: true },
    {},
  ])("%j does not run, and nothing of the card is kept", async (spec) => {
    expect(specSchemas.cli.safeParse(spec).success).toBe(false);
    const project = await newProject();
    await refusal(newTask(project.id, { spec }), "VALIDATION_FAILED");
    expect(await eventsOf(project.id)).toHaveLength(1);
  });

  it("may be missing in a draft, which cannot be approved until it is there", async () => {
    const project = await newProject();
    const draft = await call("task", "create", { projectId: project.id, title: "later" });
    const refused = await refusal(call("task", "approve", { taskId: draft.id }), "VALIDATION_FAILED");
    expect(refused.message).toContain(draft.key);
    await call("task", "update", { taskId: draft.id, version: 1, spec: { command: "true" } });
    expect((await call("task", "approve", { taskId: draft.id })).status).toBe("APPROVED");
  });
});

describe("what no column can hold", () => {
  const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);

  it.each([
    ["a NUL in the title", { title: "a\0b" }],
    ["a NUL in a tag", { tags: ["a\0b"] }],
    ["a NUL in metadata", { metadata: { a: "\0" } }],
    ["a NUL in a name", { metadata: { "\0": 1 } }],
    ["half a character", { title: "\ud800" }],
    ["half a character in metadata", { metadata: { a: ["\udc00x"] } }],
    ["500 levels", { metadata: { a: nested(500) } }],
  ])("%s is VALIDATION_FAILED, not an error of the server", async (_, fields) => {
    const project = await newProject();
    await refusal(call("task", "create", { projectId: project.id, title: "t", ...fields }), "VALIDATION_FAILED");
    await refusal(call("chat", "post", { projectId: project.id, text: "/task a\0b" }), "VALIDATION_FAILED");
    expect(await eventsOf(project.id)).toHaveLength(1);
  });
});

describe("hostile text", () => {
  const hostile = [
    '\'; DROP TABLE "Task"; --',
    "$(rm -rf /) `id` ; | && > /dev/null",
    `$${"{jndi:ldap://x}"}`,
    "%s %n {{7*7}}",
    "\\u0000 \\ \" '",
    "😀 \u202e mirrored \u200b",
    "<img src=x onerror=alert(1)>",
    "__proto__",
  ];

  it.each(hostile)("%j is kept and given back as it is, everywhere it may stand", async (text) => {
    const project = await newProject();
    const spec = { command: text, args: [text, text], environment: { A: text } };
    const fields = {
      title: text,
      description: text,
      tags: [text],
      area: text,
      assignee: text,
      spec,
      metadata: { [`of ${text}`]: [text, { text }] },
    };
    const task = await newTask(project.id, fields);
    expect(await call("task", "get", { taskId: task.id })).toMatchObject(fields);
    expect((await eventsOf(project.id)).at(-1)).toMatchObject({ payload: { title: text } });
    const found = await call<{ items: { id: string }[] }>("task", "list", { projectId: project.id, search: text });
    expect(found.items.map(({ id }) => id)).toEqual([task.id]);
  });

  it("in a search matches itself, not everything", async () => {
    const project = await newProject();
    await newTask(project.id, { title: "plain" });
    for (const search of ["%", "_", "\\", "' OR '1'='1"]) {
      expect(await call("task", "list", { projectId: project.id, search })).toEqual({ items: [], nextCursor: null });
    }
    expect(await db().task.count({ where: { projectId: project.id } })).toBe(1);
  });
});

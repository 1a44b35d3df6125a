import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { fileMark } from "@/lib/task/import/read-task-file.ts";
import { readTasks } from "@/lib/task/import/read-tasks.ts";
import { toBatch } from "@/lib/task/import/to-batch.ts";

const shortly = (text: string, fileName?: string) =>
  readTasks(text, fileName).tasks.map(({ ref, title, dependsOn }) => [ref, title, dependsOn]);

describe("a list", () => {
  it("makes what is indented wait for what is above it, however it is decorated", () => {
    const text = "# Release\n\n- Build `make`\n  - [ ] Test\n\t\t1. Deploy\n  * Lint\nUnrelated\n---\n";
    expect(shortly(text)).toEqual([
      ["1", "Build `make`", []],
      ["2", "Test", ["1"]],
      ["3", "Deploy", ["2"]],
      ["4", "Lint", ["1"]],
      ["5", "Unrelated", []],
    ]);
  });

  it("takes options before the title, and waits by number or key", () => {
    const { tasks, remarks } = readTasks("A\nafter:1,DEMO-7 priority:high type:claude-code tags:x,y B: b\nafter:#2 C");
    expect(tasks[1]).toMatchObject({ title: "B: b", dependsOn: ["1", "DEMO-7"], priority: 3, type: "claude-code" });
    expect([tasks[1]?.tags, tasks[2]?.dependsOn, remarks]).toEqual([["x", "y"], ["2"], []]);
  });

  it("leaves out what is ticked off: nothing waits for it", () => {
    const { tasks, done } = readTasks("- [x] Done\n  - [ ] Open\n- [X] Also");
    expect([tasks.map(({ title, dependsOn }) => [title, dependsOn]), done]).toEqual([[["Open", []]], 2]);
  });

  it("says which line it could not take", () => {
    expect(readTasks("A\npriority:soon B\ntype:robot C\ntags:x").remarks).toEqual([
      { place: 2, message: "There is no priority soon." },
      { place: 3, message: "There is no type robot." },
      { place: 4, message: "There is no title." },
    ]);
  });

  it("keeps a long line whole", () => {
    const { title, description } = readTasks(`do ${"x".repeat(300)}`).tasks[0]!;
    expect([title.length, description]).toEqual([200, `do ${"x".repeat(300)}`]);
    expect(readTasks(`${"x".repeat(198)}😀 and more`).tasks[0]!.title).toBe(`${"x".repeat(198)}…`);
  });
});

test("a table is read by its head, quoted cells and other people's names included", () => {
  const text = `Key;Summary;Blocked by;Labels;Priority;Status;Cost\nA-1;"Build; all";;ci;High;To Do;3\nA-2;"Two\nlines";A-1;"ci,x";1;todo;\nA-3;Gone;A-2;;;Done;`;
  const { tasks, remarks, done } = readTasks(text, "tasks.csv");
  expect(tasks).toEqual([
    { ref: "A-1", place: 1, title: "Build; all", priority: 3, tags: ["ci"], dependsOn: [] },
    { ref: "A-2", place: 2, title: "Two lines", priority: 1, tags: ["ci", "x"], dependsOn: ["A-1"] },
  ]);
  expect([remarks, done]).toEqual([[{ place: 1, message: "Cost is not taken: no field of a task." }], 1]);
  expect(shortly("title,after\nBuild,\nTest,Build")).toEqual([
    ["1", "Build", []],
    ["2", "Test", ["1"]],
  ]);
  expect(shortly("title,command\nBuild,make all")).toEqual([["1", "Build", []]]);
  expect(readTasks("title,command\nBuild,make all").tasks[0]?.spec).toEqual({
    command: "sh",
    args: ["-c", "make all"],
  });
  expect(readTasks("a,b\n1,2", "x.csv").remarks[0]?.message).toContain("no column title");
});

test("a JSON document is read: our own export with ids and keys, plain titles, and what is none", () => {
  const own = { items: [{ id: "u1", key: "A-1", title: "One", status: "COMPLETED", dependsOn: [] }] };
  const two = {
    id: "u2",
    key: "A-2",
    title: "Two",
    status: "DRAFT",
    dependsOn: ["u1", "A-3"],
    spec: { command: "ls" },
  };
  const ours = { projectId: "p", version: 3, statusSince: "now" };
  const three = { id: "u3", key: "A-3", title: "Three", status: "APPROVED", dependsOn: [], ...ours };
  const { tasks, done, remarks } = readTasks(JSON.stringify({ items: [...own.items, two, three] }));
  expect(tasks.map(({ ref, dependsOn, spec }) => [ref, dependsOn, spec])).toEqual([
    ["u2", ["u3"], { command: "ls" }],
    ["u3", [], undefined],
  ]);
  expect([done, remarks]).toEqual([1, []]);
  expect(shortly('["A", "B", 3]')).toEqual([
    ["1", "A", []],
    ["2", "B", []],
  ]);
  expect(readTasks("{", "x.json").remarks[0]?.message).toContain("no list of tasks");
});

test("a batch has a spec where one can be told, and a draft where not", () => {
  const { tasks } = readTasks("Build `make`\nThink\ntype:codex Write it");
  expect(toBatch(tasks, "cli", "APPROVED")).toMatchObject([
    { ref: "1", type: "cli", spec: { command: "sh", args: ["-c", "make"] }, status: "APPROVED" },
    { ref: "2", type: "cli", spec: {}, status: "DRAFT" },
    { ref: "3", type: "codex", spec: { prompt: "Write it" }, status: "APPROVED" },
  ]);
});

const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.tuple(fc.string(), fc.string()).map(([front, body]) => `---\ntitle: ${front}\n---\n${body}`),
  fc.json().map((json) => `{"tasks":[${json}]}`),
);

test("never throws, whatever it is, and names every task apart", () => {
  fc.assert(
    fc.property(anyText, fc.constantFrom(null, "a.md", "a.csv", "a.json"), (text, name) => {
      const { tasks } = readTasks(text, name);
      if (name === "a.md" && !text.startsWith("---"))
        expect(new Set(tasks.map(({ ref }) => ref)).size).toBe(tasks.length);
    }),
  );
});

describe("task files", () => {
  const build = `---
title: "Build: the site"
type: cli
status: To Do
priority: High
area: web
tags: [ci, site]
assignee: ada
mood: unknown
---
# Another title

## Instruction

Run it.

\`\`\`sh
npm run build
npm run links
\`\`\`

## Deliverable

A directory.

## Sessions

- 1 succeeded

## Log

12:00 started
`;
  const write =
    "---\nname: Write\ntype: claude-code\ndependsOn: build-site, DEMO-3\n---\n## Instruction\n\nSay *why*.\n";
  const done = "---\ntitle: Old\nstatus: Done\n---\n";

  it("give their front matter, the instruction as what to run, and the words of people without our own sections", () => {
    const { tasks, remarks } = readTasks(build, "build-site.task.md");
    expect(tasks).toEqual([
      {
        ...{ ref: "build-site", place: 1, title: "Build: the site", type: "cli", priority: 3, area: "web" },
        ...{ tags: ["ci", "site"], assignee: "ada", dependsOn: [] },
        spec: { command: "sh", args: ["-c", "npm run build\nnpm run links"] },
        description:
          "## Instruction\n\nRun it.\n\n```sh\nnpm run build\nnpm run links\n```\n\n## Deliverable\n\nA directory.",
      },
    ]);
    expect(remarks).toEqual([{ place: 1, message: "mood is not taken: no field of a task." }]);
  });

  it("in one text wait for each other by file, and what is done is left out", () => {
    const text = [
      fileMark("a/build-site.task.md"),
      build,
      fileMark("write.task.md"),
      write,
      fileMark("x.md"),
      done,
    ].join("\n");
    const { tasks, done: count } = readTasks(text);
    expect(tasks.map(({ ref, dependsOn, spec }) => [ref, dependsOn, spec?.prompt])).toEqual([
      ["build-site", [], undefined],
      ["write", ["build-site", "DEMO-3"], "Say *why*."],
    ]);
    expect(count).toBe(1);
  });

  it.each([
    ["---\na: [\n---\n", "cannot be read"],
    ["---\n- a\n---\n", "no list of names"],
    ["---\ntitle: &x [*x]\n---\n", "cannot be read"],
    ["---\na: &a [x, x]\nb: [*a, *a]\n---\n", "cannot be read"],
  ])("that cannot be read say so: %j", (text, words) => {
    expect(readTasks(text).remarks[0]?.message).toContain(words);
  });
});

import { expect, test } from "vitest";
import { completionsAt, type KnownTask } from "@/components/chat/complete.ts";
import { chatCommands } from "@/lib/chat/command.ts";

const tasks: KnownTask[] = [
  { key: "DEMO-12", title: "Fix login", status: "RUNNING" },
  { key: "DEMO-4", title: "Lint", status: "DRAFT" },
  { key: "DEMO-3", title: "Build the site", status: "COMPLETED" },
];
const labels = (text: string) => completionsAt(text, text.length, tasks)?.items.map(({ label }) => label);

test("a slash alone offers every command with its arguments", () => {
  const list = completionsAt("/", 1, tasks);
  expect(list?.items.map(({ label }) => label)).toEqual(chatCommands.map(({ name }) => `/${name}`));
  expect(list?.items[3]).toMatchObject({ label: "/run", usage: "KEY-n", insert: "/run " });
  expect(list?.selectsFirst).toBe(true);
});

test("plain words and finished words offer nothing", () => {
  expect(labels("create a task")).toBeUndefined();
  expect(labels("/help")).toBeUndefined();
  expect(labels("/task ")).toBeUndefined();
  expect(labels("/nothing ")).toBeUndefined();
});

test("a part of a command completes to it, with room for its arguments", () => {
  const list = completionsAt("/ru", 3, tasks);
  expect(list).toMatchObject({ kind: "command", from: 0, to: 3 });
  expect(list?.items).toHaveLength(1);
  expect(list?.items[0]?.insert).toBe("/run ");
});

test("options complete by name, then by value", () => {
  expect(labels("/task pr")).toEqual(["priority:", "project:"]);
  expect(labels("/task priority:h")).toEqual(["high", "highest"]);
  expect(labels("/task priority:high ty")).toEqual(["type:"]);
  expect(labels("/task priority:high type:clau")).toEqual(["claude-code", "claude-agent"]);
});

test("after the title has begun a colon is only a colon", () => {
  expect(labels("/task Fix pr")).toBeUndefined();
  expect(labels("/task Fix priority:h")).toBeUndefined();
});

test("after: completes keys of the project, also behind a comma", () => {
  expect(labels("/task after:DEMO-1")).toEqual(["DEMO-12"]);
  const list = completionsAt("/task after:DEMO-4,log", 22, tasks);
  expect(list?.items).toEqual([{ insert: "after:DEMO-4,DEMO-12 ", label: "DEMO-12", detail: "Fix login" }]);
});

test("a command that takes a task offers the ones it can act on", () => {
  expect(labels("/run ")).toEqual(["DEMO-4"]);
  expect(labels("/cancel ")).toEqual(["DEMO-12", "DEMO-4"]);
  expect(labels("/prompt ")).toEqual(["DEMO-12"]);
  expect(labels("/prompt DEMO-12 lo")).toBeUndefined();
  expect(labels("/explain ")).toEqual(["DEMO-12", "DEMO-4", "DEMO-3"]);
  expect(labels("/explain 3")).toEqual(["DEMO-3"]);
  expect(labels("/run DEMO-4 ")).toBeUndefined();
});

test("Enter sends a key that is written out, although longer ones begin with it", () => {
  const many = [...tasks, { key: "DEMO-1", title: "First", status: "DRAFT" as const }];
  const list = completionsAt("/explain DEMO-1", 15, many);
  expect(list?.items.map(({ label }) => label)).toEqual(["DEMO-12", "DEMO-1"]);
  expect(list?.selectsFirst).toBe(false);
});

test("Enter sends a value that is written out, too: what is missing is asked for", () => {
  expect(completionsAt("/task priority:high", 19, tasks)).toMatchObject({ selectsFirst: false });
  expect(completionsAt("/task priority:hig", 18, tasks)).toMatchObject({ selectsFirst: true });
});

test("/auto offers on and off", () => {
  expect(labels("/auto ")).toEqual(["on", "off"]);
  expect(labels("/auto of")).toEqual(["off"]);
  expect(labels("/auto off")).toBeUndefined();
});

test("the whole word under the caret is replaced", () => {
  expect(completionsAt("/tas foo", 2, tasks)).toMatchObject({ from: 0, to: 4 });
});

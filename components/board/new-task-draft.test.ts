import { expect, test } from "vitest";
import { emptyDraft, errorsOf, errorsOfProblem, inputOf, specOf } from "@/components/board/new-task-draft.ts";

const draft = { ...emptyDraft("cli"), title: " Say hello ", line: "echo hello" };

test("a command line runs through a shell, a program without one", () => {
  expect(specOf(draft)).toEqual({ command: "sh", args: ["-c", "echo hello"] });
  const direct = {
    ...draft,
    program: "node",
    args: "-e\nconsole.log(1)",
    workingDirectory: "src",
    environment: "A=b=c",
  };
  expect(specOf(direct)).toEqual({
    command: "node",
    args: ["-e", "console.log(1)"],
    workingDirectory: "src",
    environment: { A: "b=c" },
  });
});

test("what was left empty is not sent", () => {
  expect(inputOf({ ...draft, tags: "api, docs,api" })).toEqual({
    title: "Say hello",
    type: "cli",
    spec: { command: "sh", args: ["-c", "echo hello"] },
    priority: 2,
    tags: ["api", "docs"],
  });
});

test("a draft may be without a command, a queued task may not", () => {
  const bare = { ...draft, line: "" };
  expect(errorsOf(bare, false)).toEqual({});
  expect(Object.keys(errorsOf(bare, true))).toEqual(["line"]);
});

test("the server's issues stand under their fields", () => {
  const problem = { code: "VALIDATION_FAILED" as const, message: "Wrong", details: {} };
  const issues = [
    { path: "title", message: "Too long" },
    { path: "spec.command", message: "Empty" },
  ];
  expect(errorsOfProblem({ ...problem, details: { issues } }, draft)).toEqual({
    errors: { title: "Too long", line: "Empty" },
    rest: null,
  });
  expect(errorsOfProblem(problem, draft)).toEqual({ errors: {}, rest: "Wrong" });
});

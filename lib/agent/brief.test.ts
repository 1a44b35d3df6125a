import { expect, test } from "vitest";
import { type BriefFacts, writeBrief, writeFollowUp } from "@/lib/agent/brief.ts";
import { db } from "@/lib/db.ts";
import type { Project } from "@/lib/project/schema.ts";
import { recordAgents } from "@/lib/session/record-agent.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, quiet, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

const bare: BriefFacts = {
  key: "DEMO-7",
  title: "Fix the login",
  description: "",
  prompt: "",
  instructions: "",
  dependencies: [],
  attempts: [],
  feedback: null,
};
const howToWork = `## How to work

Work in the current directory: a clone of the repository on a branch of its own. What you leave there is committed for you when
you end; you need not commit or push. Nobody watches all the time: decide what you can, and say at the end in a few sentences what you
did and what is left.
`;

test("a brief with nothing to say is the title and how to work", () => {
  expect(writeBrief(bare)).toBe(`# DEMO-7: Fix the login\n\n${howToWork}`);
});

test("a brief says everything there is, in one order", () => {
  const facts: BriefFacts = {
    ...bare,
    description: "The form loses what was typed.\n",
    prompt: "Keep the fields when the password is wrong.",
    instructions: "Tests run with `make test`.",
    dependencies: [
      { key: "DEMO-3", title: "Split the form", commit: "0123456789abcdef", result: "It is in form.ts now." },
      { key: "DEMO-4", title: "Draw it", commit: null, result: null },
    ],
    attempts: [
      { attempt: 1, status: "TIMED_OUT", message: null },
      { attempt: 2, status: "FAILED", message: "Exit code 1: no test" },
    ],
    feedback: "Use the old names.",
  };
  expect(writeBrief(facts)).toBe(`# DEMO-7: Fix the login

The form loses what was typed.

## What to do

Keep the fields when the password is wrong.

## About this project

Tests run with \`make test\`.

## What was done before, and is in your working copy

### DEMO-3: Split the form (commit 0123456789ab)

It is in form.ts now.

### DEMO-4: Draw it

## Earlier attempts

- Attempt 1 ended timed out.
- Attempt 2 ended failed: Exit code 1: no test

## Feedback from a person

Use the old names.

${howToWork}`);
});

test("a prompt that is the title or the description is not said twice", () => {
  expect(writeBrief({ ...bare, prompt: "Fix the login" })).toBe(writeBrief(bare));
  expect(writeBrief({ ...bare, description: "All of it.", prompt: "All of it.\n" })).not.toContain("What to do");
});

test("a long result of a dependency and a long error are cut", () => {
  const dependencies = [{ key: "DEMO-1", title: "t", commit: null, result: "r".repeat(5_000) }];
  const attempts = [{ attempt: 1, status: "FAILED", message: "m".repeat(2_000) }];
  const text = writeBrief({ ...bare, dependencies, attempts });
  expect(text.match(/r{100,}/)?.[0]).toHaveLength(4_000);
  expect(text.match(/m{100,}/)?.[0]).toHaveLength(1_000);
});

test("an agent that goes on is told the feedback, else what became of its last attempt, else to try again", () => {
  const attempts = [
    { attempt: 1, status: "FAILED", message: "first" },
    { attempt: 2, status: "FAILED", message: "No changes." },
  ];
  expect(writeFollowUp({ ...bare, attempts, feedback: "Use the old names.\n" })).toBe(
    "## Feedback from a person\n\nUse the old names.",
  );
  expect(writeFollowUp({ ...bare, attempts })).toBe(
    "## Your last attempt was not accepted\n\n- Attempt 2 ended failed: No changes.",
  );
  expect(writeFollowUp({ ...bare, feedback: " " })).toBe("## Your last attempt was not accepted\n\nPlease try again.");
});

interface Brief {
  prompt: string | null;
  followUp: string | null;
}
const briefOf = (taskId: string) => call<Brief>("task", "brief", { taskId });
const agentTask = (project: Project, title: string, more: object = {}) =>
  newTask(project.id, { title, type: "claude-code", spec: { prompt: `${title}, please` }, ...more });

test("task.brief shows what will be sent, of the dependencies' results and what the project tells its agents", async () => {
  await quiet();
  const [project, worker] = [await newProject(), await newWorker()];
  await call("project", "update", { projectId: project.id, settings: { instructions: "Be brief." } });
  const first = await agentTask(project, "First");
  const second = await agentTask(project, "Second", { dependsOn: [first.id] });
  await call("task", "queue", { taskId: first.id });
  const [claim] = (await worker.step()).claims;
  const resultCommit = "a".repeat(40);
  await worker.step([reportOf(claim!, { reason: "DONE", resultCommit, result: { text: "It is laid." } })]);

  const { prompt, followUp } = await briefOf(second.id);
  expect(prompt).toContain("## What to do\n\nSecond, please");
  expect(prompt).toContain("## About this project\n\nBe brief.");
  expect(prompt).toContain(`### ${first.key}: First (commit aaaaaaaaaaaa)\n\nIt is laid.`);
  expect(followUp).toBeNull();
  expect(await briefOf((await newTask(project.id)).id)).toMatchObject({ prompt: null, followUp: null });
});

test("task.brief has a follow-up where the last attempt left a conversation of this agent and this generation", async () => {
  await quiet();
  const [project, worker] = [await newProject(), await newWorker()];
  const task = await agentTask(project, "Talk");
  await call("task", "queue", { taskId: task.id });
  const [claim] = (await worker.step()).claims;
  await recordAgents(db(), new Map([[claim!.sessionId, { conversationId: "talk-1" }]]));
  await worker.step([
    reportOf(claim!, { taskVerb: "fail", sessionVerb: "fail", reason: "NO_RESULT", message: "It said nothing." }),
  ]);
  expect((await briefOf(task.id)).followUp).toContain("Attempt 1 ended failed: It said nothing.");

  await call("session", "continue", { sessionId: claim!.sessionId, feedback: "Say it in words." });
  const { followUp, prompt } = await briefOf(task.id);
  expect(followUp).toBe("## Feedback from a person\n\nSay it in words.");
  expect(prompt).toContain("## Feedback from a person\n\nSay it in words.");

  await call("task", "cancel", { taskId: task.id });
  await call("task", "reopen", { taskId: task.id });
  expect((await briefOf(task.id)).followUp).toBeNull();
});

import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { agentPaths } from "../agent-paths.ts";
import { createStage, type Driven } from "../testing/drive.ts";

const fake = join(import.meta.dirname, "../fake/fake-claude.mjs");
const agent = "claude-code";
let stage: ReturnType<typeof createStage>;
beforeAll(() => {
  stage = createStage();
});
afterAll(() => stage.end());
const timeout = 60_000;

const drive = (prompt: string, more: Partial<Parameters<typeof stage.drive>[0]> = {}) =>
  stage.drive({ program: [fake], upstream: "http://127.0.0.1:9", plan: { agent, prompt }, ...more });
const go = ({ directory }: Driven, file = "go") => writeFileSync(join(sessionPaths(directory).work, file), "");
const waiting = "do: run until [ -e go ]; do sleep 0.05; done";

test("a message that is appended twice is told once", { timeout }, async () => {
  const driven = await drive(waiting);
  await driven.seen("toolStarted");
  const prompt = { kind: "prompt", promptId: "p", text: "do: say Once." } as const;
  driven.tell(prompt);
  driven.tell(prompt);
  await driven.seen("notice", ({ text }) => text.startsWith("The prompt has reached"));
  go(driven);
  const { events, outcome } = await driven.ended();
  expect(events.filter((event) => event.kind === "prompted" && event.promptId === "p")).toHaveLength(1);
  expect(outcome.end.result).toBe("Once.");
});

test("a prompt that comes when the agent cannot take it any more is refused with a reason", { timeout }, async () => {
  // An agent that has said its last word and lingers.
  const lingering = ["/bin/sh", "-c", `"${fake}" "$@"; until [ -e go ]; do sleep 0.05; done`, "sh"];
  const driven = await drive("do: say Over.", { program: lingering });
  await driven.seen("text", ({ text }) => text === "Over.");
  await driven.seen("spent", ({ costUsd }) => costUsd !== null);
  driven.tell({ kind: "prompt", promptId: "late", text: "do: say More." });
  const { reason } = await driven.seen("promptRefused");
  expect(reason).toContain("had ended");
  go(driven);
  const { outcome, events } = await driven.ended();
  expect(outcome.end).toMatchObject({ reason: "DONE", result: "Over." });
  expect(events.some((event) => event.kind === "prompted" && event.promptId === "late")).toBe(false);
});

test("what the agent says on stderr or out of its dialect is a notice", { timeout }, async () => {
  const noisy = ["/bin/sh", "-c", `echo careful >&2; echo hello; exec "${fake}" "$@"`, "sh"];
  const { events } = await (await drive("do: say Done.", { program: noisy })).ended();
  expect(events).toContainEqual(expect.objectContaining({ kind: "notice", level: "warning", text: "careful" }));
  expect(events).toContainEqual(expect.objectContaining({ kind: "notice", level: "info", text: "hello" }));
});

test.each([
  ["that is not there", ["/no/such/program"], "could not be started"],
  ["that ends at once", ["/bin/sh", "-c", "echo broken >&2; exit 7"], "exit code 7, without a result.\nbroken"],
  ["that ends well without a word", ["/bin/true"], "without a result"],
])("a program %s leaves an outcome", { timeout }, async (_, program, words) => {
  const { exitCode, outcome } = await (await drive("Anything.", { program })).ended();
  const reason = program[0] === "/bin/true" ? "NO_RESULT" : "AGENT_CRASHED";
  expect(outcome.end).toMatchObject({ reason, message: expect.stringContaining(words), result: null });
  expect([exitCode, outcome.spent, outcome.conversationId]).toEqual([1, null, null]);
});

test("a long answer is cut and the line stays an event", { timeout }, async () => {
  const driven = await drive("do: run head -c 300000 /dev/zero | tr '\\0' x; echo the end");
  const { events } = await driven.ended();
  const ended = events.find((event) => event.kind === "toolEnded");
  expect(ended).toMatchObject({ output: expect.stringMatching(/^x+ … [\d.]+ KiB left out … x*the end\n$/) });
  const lines = readFileSync(sessionPaths(driven.directory).output, "utf8").split("\n");
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThan(48 * 1024);
});

test("a plan that nobody can carry out ends it with a reason", { timeout }, async () => {
  const { outcome } = await (await drive("Anything.", { plan: { agent: "cli", prompt: "x" } })).ended();
  expect(outcome.end).toMatchObject({
    reason: "AGENT_CRASHED",
    message: expect.stringContaining("no agent for tasks of type cli"),
  });
});

test("stray words in the inbox are told and passed over, and nothing of ours is left lying about", {
  timeout,
}, async () => {
  const driven = await drive(waiting);
  await driven.seen("toolStarted");
  appendFileSync(agentPaths(driven.directory).inbox, "nonsense\n");
  await driven.seen("notice", ({ text }) => text.includes("could not be read"));
  go(driven);
  await driven.ended();
  expect(existsSync(`${agentPaths(driven.directory).outcome}.new`)).toBe(false);
});

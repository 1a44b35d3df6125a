import { describe, expect, it } from "vitest";
import type { AgentOutcome } from "../../agent/outcome.ts";
import { holdSession, type SessionPlan } from "../session/held-session.ts";
import { type Ending, judge, type SessionFacts } from "../session/verdict.ts";
import { agentEnding, demandChanges } from "./agent-ending.ts";

const facts: SessionFacts & Partial<SessionPlan> = {
  ...{ sessionId: "s", sandboxId: "b", taskId: "t", key: "DEMO-1", attempt: 1, failures: 0, losses: 0 },
  ...{ maxAttempts: 3, timeoutSeconds: 60, retryPolicy: null, settings: {}, sessionType: "autonomous" },
};
const backoff = { retryBaseMs: 1000, retryCapMs: 8000 };
const outcomeOf = (end: Partial<AgentOutcome["end"]>): AgentOutcome => ({
  ...{ spent: null, conversationId: null, version: null, model: null },
  end: { reason: "DONE", message: "m", result: null, ...end },
});
const judged = (outcome: AgentOutcome | null, exitCode = 1) => judge(facts, agentEnding(outcome, exitCode), backoff);

describe("what becomes of an agent's session and its task", () => {
  it("that is done is a success with its answer, whatever the exit was", () => {
    expect(judged(outcomeOf({ result: "All done." }), 0)).toMatchObject({
      ...{ taskVerb: "succeed", sessionVerb: "succeed", reason: "DONE", result: { text: "All done." }, exitCode: 0 },
    });
    expect(judged(outcomeOf({}), 1)).toMatchObject({ taskVerb: "succeed", result: { text: "m" }, exitCode: 1 });
  });

  it.each<[AgentOutcome["end"]["reason"], "retry" | "fail"]>([
    ["AGENT_ERROR", "retry"],
    ["NO_RESULT", "retry"],
    ["AGENT_CRASHED", "retry"],
    ["MCP_SERVER", "retry"],
    ["PERMISSION_DENIED", "fail"],
    ["AUTHENTICATION", "fail"],
    ["MAX_TURNS", "fail"],
    ["OVER_BUDGET", "fail"],
  ])("that ended with %s says so in its own words, whatever the exit was: %s", (reason, taskVerb) => {
    expect(judged(outcomeOf({ reason, message: "Its words." }), 0)).toMatchObject({
      ...{ taskVerb, sessionVerb: "fail", reason, message: "Its words.", failures: 1 },
    });
  });

  it("that was asked to wait waits so long, its type pauses, and nothing counts", () => {
    const report = judged(outcomeOf({ reason: "RATE_LIMITED", retryAfterSeconds: 300 }));
    expect(report).toMatchObject({ taskVerb: "retry", reason: "RATE_LIMITED", delayMs: 300_000, pauseMs: 300_000 });
    expect(report).not.toHaveProperty("failures");
  });

  it("without an outcome has crashed, even with exit code 0", () => {
    expect(judged(null, 0)).toMatchObject({
      taskVerb: "retry",
      sessionVerb: "fail",
      reason: "AGENT_CRASHED",
      exitCode: 0,
    });
  });
});

describe("an agent that was asked for changes", () => {
  const session = (spec: object) => ({ ...holdSession(facts as SessionPlan, spec), startCommit: "a".repeat(40) });
  const done = (resultCommit?: string): Ending => ({
    ...{ kind: "done", answer: "Nothing to do.", exitCode: 0 },
    ...(resultCommit ? { resultCommit } : {}),
  });

  it("has not done it without any, and not with a commit that is the one it began from", () => {
    for (const ending of [done(), done("a".repeat(40))])
      expect(demandChanges(session({ expectsChanges: true }), ending)).toMatchObject({
        ...{ kind: "failed", reason: "NO_CHANGES", message: expect.stringContaining("Nothing to do.") },
      });
  });

  it("has done it with some; who was not asked may leave none; another end stays what it was", () => {
    const crashed: Ending = { kind: "failed", reason: "AGENT_CRASHED", message: "m" };
    expect(demandChanges(session({ expectsChanges: true }), done("b".repeat(40)))).toEqual(done("b".repeat(40)));
    expect(demandChanges(session({}), done())).toEqual(done());
    expect(demandChanges(session({ expectsChanges: true }), crashed)).toEqual(crashed);
  });
});

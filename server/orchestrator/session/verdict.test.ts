import { describe, expect, it } from "vitest";
import { type Ending, judge, type SessionFacts } from "./verdict.ts";

const facts: SessionFacts = {
  sessionId: "s",
  sandboxId: "b",
  taskId: "t",
  sessionType: "autonomous",
  key: "DEMO-1",
  attempt: 1,
  failures: 0,
  losses: 0,
  maxAttempts: 3,
  timeoutSeconds: 60,
  retryPolicy: null,
  settings: {},
};
const backoff = { retryBaseMs: 1000, retryCapMs: 8000 };
const exited = (exitCode: number, lastLine = ""): Ending => ({ kind: "exited", exitCode, lastLine });
const failed = (reason: Extract<Ending, { kind: "failed" }>["reason"]): Ending => ({
  kind: "failed",
  reason,
  message: "m",
});

describe("what becomes of a session and its task", () => {
  it.each<[string, Ending, Partial<SessionFacts>, object]>([
    [
      "exit 0 succeeds",
      exited(0),
      {},
      { taskVerb: "succeed", sessionVerb: "succeed", reason: "EXIT_ZERO", exitCode: 0 },
    ],
    [
      "another exit code is tried again",
      exited(1),
      {},
      { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1 },
    ],
    [
      "what a person ended in a terminal is not tried again by itself",
      exited(1),
      { sessionType: "interactive" },
      { taskVerb: "fail", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1 },
    ],
    [
      "a terminal lost with its host is",
      failed("PROCESS_VANISHED"),
      { sessionType: "interactive" },
      { taskVerb: "retry", sessionVerb: "lose" },
    ],
    ["the last attempt fails", exited(1), { failures: 2 }, { taskVerb: "fail", reason: "EXIT_CODE" }],
    ["a shell's 'not found' is not tried again", exited(127), {}, { taskVerb: "fail", reason: "COMMAND_NOT_FOUND" }],
    [
      "a time limit is tried again",
      { kind: "timedOut" },
      {},
      { taskVerb: "retry", sessionVerb: "timeOut", reason: "TIMEOUT" },
    ],
    [
      "a vanished process is our loss",
      failed("PROCESS_VANISHED"),
      {},
      { taskVerb: "retry", sessionVerb: "lose", losses: 1 },
    ],
    ["a loss does not use up an attempt", failed("PROCESS_VANISHED"), { failures: 2 }, { taskVerb: "retry" }],
    [
      "the third loss puts it apart, with a reason of its own",
      failed("PROCESS_VANISHED"),
      { losses: 2 },
      { taskVerb: "fail", sessionVerb: "lose", reason: "PROCESS_VANISHED", taskReason: "QUARANTINED", losses: 1 },
    ],
    [
      "a full disk is waited for and counts as nothing",
      failed("DISK_FULL"),
      { failures: 2, losses: 2 },
      { taskVerb: "retry", sessionVerb: "fail", reason: "DISK_FULL" },
    ],
    [
      "the project says what is not tried again",
      exited(1),
      { settings: { retryOn: ["TIMEOUT"] } },
      { taskVerb: "fail", failures: 1 },
    ],
    [
      "the task has the last word",
      exited(1),
      { settings: { retryOn: [] }, retryPolicy: { retryOn: ["EXIT"], baseMs: 0 } },
      { taskVerb: "retry", delayMs: 0 },
    ],
    [
      "the card of a quarantined task says how often, what was last, and what to do",
      { kind: "failed", reason: "LEASE_EXPIRED", message: "The host is silent." },
      { losses: 2 },
      {
        message:
          "Lost 3 times without a result of its own, last: The host is silent. Retry or reopen it when the cause is found.",
      },
    ],
    [
      "what was never launched starts again at once and counts as nothing",
      failed("NEVER_LAUNCHED"),
      { failures: 2, losses: 2 },
      { taskVerb: "retry", sessionVerb: "lose", delayMs: 0 },
    ],
    [
      "what could not be started ten times in a row is kept apart",
      failed("NEVER_LAUNCHED"),
      { waits: 9 },
      { taskVerb: "fail", sessionVerb: "lose", reason: "NEVER_LAUNCHED", taskReason: "QUARANTINED" },
    ],
    ["a missing repository is not tried again", failed("REPOSITORY"), {}, { taskVerb: "fail", failures: 1 }],
  ])("%s", (_name, ending, more, expected) => {
    expect(judge({ ...facts, ...more }, ending, backoff)).toMatchObject(expected);
  });

  it("says the exit code and the last line of the output", () => {
    expect(judge(facts, exited(2, "no such table"), backoff).message).toBe("Exit code 2: no such table");
  });

  it("keeps the commit of a failed attempt", () => {
    const ending: Ending = { kind: "exited", exitCode: 1, lastLine: "", resultCommit: "c0ffee" };
    expect(judge(facts, ending, backoff).resultCommit).toBe("c0ffee");
  });
});

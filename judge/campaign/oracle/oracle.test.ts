import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../../lib/events.ts";
import type { Evidence } from "../evidence.ts";
import { parseLine } from "../witness.ts";
import { judge } from "./oracle.ts";

/** What a run shows in which two tasks, t1 after t0, were each carried out at the first attempt. */
function goodRun(): Evidence {
  const events = numbered([
    created("t0"),
    created("t1"),
    moved("t0", "queue", "APPROVED", "QUEUED", 2),
    moved("t0", "claim", "QUEUED", "RUNNING", 3),
    started("t0"),
    ended("t0", 1, "SUCCEEDED"),
    moved("t0", "succeed", "RUNNING", "COMPLETED", 4),
    moved("t1", "queue", "APPROVED", "QUEUED", 2),
    moved("t1", "claim", "QUEUED", "RUNNING", 3),
    started("t1"),
    ended("t1", 1, "SUCCEEDED"),
    moved("t1", "succeed", "RUNNING", "COMPLETED", 4),
  ]);
  const card = { description: "", status: "COMPLETED", attempts: 1, generation: 1, version: 4, resultCommit: null };
  const session = { attempt: 1, status: "SUCCEEDED", resultCommit: null, reason: "EXIT_ZERO", message: null };
  const planned = { mode: "instant", n: 0, priority: 2 } as const;
  return {
    tasks: [
      { ...planned, ref: "t0", id: "t0", key: "J-0", dependsOn: [] },
      { ...planned, ref: "t1", id: "t1", key: "J-1", dependsOn: ["t0"] },
    ],
    created: [],
    limits: [1],
    slots: 2,
    witness: ["start J-0 1 10 1.0 ", "end J-0 1 10 1.1 ", "start J-1 1 11 1.2 ", "end J-1 1 11 1.3 "].map(parseLine),
    calls: [],
    reports: [],
    listeners: [{ name: "listener", heard: [{ from: 0, events }], connects: 1 }],
    events,
    cards: [
      { ...card, id: "t0", key: "J-0", title: "t0", dependsOn: [] },
      { ...card, id: "t1", key: "J-1", title: "t1", dependsOn: ["t0"] },
    ],
    edges: [{ taskId: "t1", dependsOnId: "t0" }],
    sessions: [
      { ...session, id: "s-t0", taskId: "t0", branch: "runboard/J-0/a1" },
      { ...session, id: "s-t1", taskId: "t1", branch: "runboard/J-1/a1" },
    ],
    finalLimit: 1,
    logs: {},
    refs: {},
    planted: [],
    stuck: [],
    leftovers: [],
    strangersHurt: [],
    givenUpEarly: [],
  };
}

const person = { type: "person", id: "p", name: "P" };
const event = (type: string, entityId: string, payload: object) => ({ type, entityId, payload, actor: person });
const created = (id: string) => event("TASK_CREATED", id, { title: id, status: "APPROVED" });
const started = (id: string) => event("SESSION_STARTED", `s-${id}`, { taskId: id, attempt: 1 });
const ended = (id: string, attempt: number, status: string) =>
  event("SESSION_ENDED", `s-${id}`, { taskId: id, attempt, status });
const moved = (id: string, verb: string, from: string, to: string, version: number) => ({
  ...event("TASK_STATUS_CHANGED", id, { verb, from, to, version }),
  actor: { type: "system", id: "w", name: "W" },
});
const numbered = (list: object[]) =>
  list.map((one, index) => ({ ...one, seq: index + 1, at: "2026-01-01T00:00:00.000Z" })) as unknown as JournalEvent[];

const call = { client: "c", value: "", status: 200, code: "", beganAtMs: 0, endedAtMs: 0 } as const;
const report = { key: "J-0", attempt: 1, status: 200, code: "", body: "{}" } as const;

/** What is done to the good run, and what the oracle has to say first. */
const lies: [string, (run: Evidence) => unknown, RegExp][] = [
  ["a task that has not ended", (run) => (run.cards[1]!.status = "QUEUED"), /^I1: J-1 has not ended/],
  ["a board that got stuck", (run) => run.stuck.push("J-1 is QUEUED"), /^I1: J-1 is QUEUED/],
  [
    "a dependent that started before its dependency ended",
    (run) => run.witness.splice(1, 2, run.witness[2]!, run.witness[1]!),
    /^I2: J-1 attempt 1 started at line 2/,
  ],
  [
    "a claim before the dependency was completed",
    (run) => swapEvents(run, 6, 8),
    /^I2: event 7: t1 is claimed while t0/,
  ],
  ["a dependent that does not see a result", hideResult, /^I2: J-1 attempt 1 does not see what J-0 left in abc/],
  [
    "a line of an attempt after the next one began",
    (run) => run.witness.push(...["start J-1 2 12 1.4 ", "tick J-1 1 11 1.5 "].map(parseLine)),
    /^I3: line 6 of the witness file: attempt 1 of J-1 \(process 11\) still lives/,
  ],
  [
    "an attempt that ran twice",
    (run) => run.witness.push(parseLine("start J-1 1 12 1.4 ")),
    /^I3: attempt 1 of J-1 was started 2 times/,
  ],
  [
    "a start without a session",
    (run) => run.witness.push(parseLine("start J-1 2 12 1.4 ")),
    /^I4: a witness ran as attempt J-1 2/,
  ],
  ["attempts with a hole", (run) => (run.sessions[1]!.attempt = 2), /^I4: .*J-1/],
  [
    "a success no witness spoke of",
    (run) => run.witness.pop(),
    /^I5: J-1 attempt 1 is SUCCEEDED and its witness never said so/,
  ],
  [
    "an accepted result of an attempt that is not the current one",
    (run) => setPayload(run, 10, { attempt: 7 }),
    /^I5: event 11: attempt 7 of t1 is accepted/,
  ],
  [
    "two results of one attempt",
    (run) => run.reports.push({ ...report, kind: "true" }, { ...report, kind: "other" }),
    /^I5: J-0 1: two different results/,
  ],
  [
    "a forged report that was accepted",
    (run) => run.reports.push({ ...report, kind: "forged" }),
    /^I5: J-0 1: a report with a wrong token/,
  ],
  [
    "a branch of somebody else that was moved",
    (run) => run.planted.push(["refs/heads/x", "abc"]),
    /^I5: refs\/heads\/x was made by somebody else/,
  ],
  [
    "a move that is not legal",
    (run) => setPayload(run, 6, { verb: "accept" }),
    /^I6: event 7: t0: accept from RUNNING/,
  ],
  ["a number that is left out", (run) => run.events.splice(4, 1), /^I7|^I6: event 6: it is number 5/],
  [
    "a version that was changed twice",
    (run) => setPayload(run, 6, { version: 9 }),
    /^I6: event 7: t0 goes from version 3 to 9/,
  ],
  [
    "an event without an actor",
    (run) => Object.assign(run.events[2]!, { actor: null }),
    /^I7|^I6: event 3: it has no actor/,
  ],
  [
    "a table that says other than the journal",
    (run) => (run.cards[0]!.status = "FAILED"),
    /^I6: status of J-0 is FAILED, by the journal COMPLETED/,
  ],
  [
    "an edge nobody told of",
    (run) => run.edges.push({ taskId: "t0", dependsOnId: "t1" }),
    /^I6: the dependency t0 t1 is in the graph/,
  ],
  [
    "an event a listener missed",
    (run) => (run.listeners[0]!.heard[0]!.events = run.events.filter((_, index) => index !== 3)),
    /^I7: listener received event 5 as its 4th/,
  ],
  [
    "an event a listener received twice",
    (run) => (run.listeners[0]!.heard[0]!.events = [...run.events.slice(0, 4), ...run.events.slice(3)]),
    /^I7: listener received event 4 as its 5th/,
  ],
  [
    "an event a listener saw otherwise",
    (run) =>
      (run.listeners[0]!.heard[0]!.events = structuredClone(run.events).map((one, index) =>
        index === 5 ? ({ ...one, entityId: "x" } as typeof one) : one,
      )),
    /^I7: listener received event 6 as/,
  ],
  [
    "a listener that has to load everything again without need",
    (run) => run.listeners[0]!.heard.push({ from: 12, events: [] }),
    /^I7: listener was told at event 12 to load everything again, with the journal at 12/,
  ],
  [
    "more live sessions than the limit",
    (run) => swapEvents(run, 5, 8, 6, 8),
    /I8: event \d+: 2 sessions are live in the project, its limit is 1/,
  ],
  [
    "an acknowledged write that is gone",
    (run) => run.calls.push({ ...call, verb: "cancel", subject: "t0", outcome: "acknowledged" }),
    /^I9: cancel t0: 1 acknowledged and 0 unanswered calls, 0 events/,
  ],
  ["a refused write that happened", refusedCreation, /^I9: creating t0 was refused/],
  [
    "a text that was lost",
    (run) => run.calls.push({ ...call, verb: "edit", subject: "t0", value: "new", outcome: "acknowledged" }),
    /^I9: /,
  ],
  ["a log that is not what was printed", wrongLog, /^I9: the log of J-0 attempt 1/],
  [
    "an answer of 500",
    (run) => run.calls.push({ ...call, verb: "limit", subject: "p", outcome: "unknown", status: 500 }),
    /^I9: limit p was answered with 500/,
  ],
  ["something that was left behind", (run) => run.leftovers.push("process 9 lives"), /^I10: process 9 lives/],
  ["a session that was given up too early", (run) => run.givenUpEarly.push("attempt 1 of task 9"), /^I3: attempt 1/],
  ["a stranger that was ended", (run) => run.strangersHurt.push("process 9"), /^I3: process 9/],
];

function swapEvents(run: Evidence, ...places: number[]): void {
  for (let index = 0; index < places.length; index += 2) {
    const [a, b] = [places[index]!, places[index + 1]!];
    [run.events[a], run.events[b]] = [run.events[b]!, run.events[a]!];
  }
  for (const [index, one] of run.events.entries()) Object.assign(one, { seq: index + 1 });
}

function setPayload(run: Evidence, index: number, change: object): void {
  Object.assign(run.events[index]!.payload as object, change);
}

function hideResult(run: Evidence): void {
  run.events.splice(
    7,
    0,
    event("TASK_COMPLETED", "t0", { attempt: 1, resultCommit: "abc" }) as unknown as JournalEvent,
  );
  swapEvents(run);
  run.witness.push(parseLine("missing J-1 1 11 1.4 t0"));
}

function refusedCreation(run: Evidence): void {
  run.calls.push({ ...call, verb: "create", subject: "t0", outcome: "refused", status: 409 });
}

function wrongLog(run: Evidence): void {
  run.tasks[0] = { ...run.tasks[0]!, mode: "print", n: 2 };
  run.logs["s-t0"] = "line 1\nline 1\nline 2\n";
}

describe("the oracle", () => {
  it("has nothing to say about a run that was as it has to be", () => {
    expect(judge(goodRun())).toEqual([]);
  });

  it.each(lies)("finds %s", (_, lie, sentence) => {
    const run = goodRun();
    lie(run);
    expect(judge(run)).toContainEqual(expect.stringMatching(sentence));
  });

  it("allows that a listener far behind loads everything again", () => {
    const run = goodRun();
    const more = Array.from({ length: 10_001 }, (_, at) => ({ ...event("CHAT_POSTED", `${at}`, {}), seq: 13 + at }));
    run.events.push(...(more as unknown as JournalEvent[]));
    const behind = { from: 0, events: run.events.slice(0, 12) };
    run.listeners[0]!.heard = [behind, { from: 10_013, events: [] }];
    expect(judge(run)).toEqual([]);
    run.listeners[0]!.heard = [behind, { from: 10_012, events: run.events.slice(10_012) }];
    expect(judge(run)).toEqual([expect.stringMatching(/^I7: listener was told at event 12/)]);
  });

  it("allows an unanswered write either way", () => {
    const run = goodRun();
    run.calls.push({ ...call, verb: "cancel", subject: "t0", outcome: "unknown", status: 0 });
    run.calls.push({ ...call, verb: "create", subject: "t9", outcome: "unknown", status: 0 });
    expect(judge(run)).toEqual([]);
  });
});

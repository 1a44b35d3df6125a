import { describe, expect, it } from "vitest";
import { type Blocker, type ExplainedTask, explain, type Facts } from "@/lib/task/explain.ts";
import type { OrchestratorRoom } from "@/lib/task/explain-resources.ts";
import { type TaskStatus, taskStatuses } from "@/lib/task/machine.ts";

const at = new Date("2030-01-01T00:00:00.000Z");
const clear: Facts = {
  isAutonomous: new Map([["p", true]]),
  projectRoom: new Map([["p", { limit: 5, running: 0, asks: {} }]]),
  pausedTypes: new Map(),
  fullTypes: new Map(),
  fullUsers: new Map(),
  rooms: [],
  cleaningUp: new Set(),
  unpublished: new Set(),
  positions: new Map(),
  fullQueue: null,
  workers: 1,
  capacity: 5,
  running: 0,
};
const queued: ExplainedTask = {
  id: "t",
  projectId: "p",
  status: "QUEUED",
  queuedBy: "person",
  isForced: false,
  availableAt: null,
  type: "cli",
  requestedBy: "u",
  resources: {},
};
const room = (
  used: Partial<OrchestratorRoom["used"]> = {},
  more: Partial<OrchestratorRoom> = {},
): OrchestratorRoom => ({
  pausedReason: null,
  cpus: 4,
  memoryBytes: 8 * 1024 ** 3,
  diskBytes: 100 * 1024 ** 3,
  used: { cpus: 0, memoryBytes: 0, diskBytes: 0, ...used },
  ...more,
});
const blocker = (status: TaskStatus, n = 1): Blocker => ({ id: `b${n}`, key: `P-${n}`, status });
const off = { isAutonomous: new Map([["p", false]]) };

interface Row {
  says: string;
  task?: Partial<ExplainedTask>;
  blockers?: Blocker[];
  facts?: Partial<Facts>;
  codes: string[];
}

const rows: Row[] = [
  { says: "a draft", task: { status: "DRAFT" }, codes: ["DRAFT"] },
  {
    says: "a draft that would also wait",
    task: { status: "DRAFT" },
    blockers: [blocker("RUNNING")],
    codes: ["DRAFT", "BLOCKED_BY"],
  },
  { says: "an approved task with the switch on", task: { status: "APPROVED" }, codes: [] },
  { says: "an approved task with the switch off", task: { status: "APPROVED" }, facts: off, codes: ["AUTONOMOUS_OFF"] },
  {
    says: "an approved, blocked task with the switch off",
    task: { status: "APPROVED" },
    facts: off,
    blockers: [blocker("QUEUED")],
    codes: ["BLOCKED_BY", "AUTONOMOUS_OFF"],
  },
  {
    says: "an approved task without a worker",
    task: { status: "APPROVED" },
    facts: { workers: 0, capacity: 0 },
    codes: ["NO_WORKER"],
  },
  {
    says: "an approved task that finds no room in the queue",
    task: { status: "APPROVED" },
    facts: { fullQueue: 5 },
    codes: ["CAPACITY"],
  },
  { says: "a task behind a failed one", blockers: [blocker("FAILED")], codes: ["BLOCKED_BY", "DEPENDENCY_FAILED"] },
  { says: "a task behind a stalled one", blockers: [blocker("STALLED")], codes: ["BLOCKED_BY", "DEPENDENCY_FAILED"] },
  {
    says: "a task behind a cancelled one",
    blockers: [blocker("CANCELLED")],
    codes: ["BLOCKED_BY", "DEPENDENCY_FAILED"],
  },
  { says: "a forced task behind a failed one", task: { isForced: true }, blockers: [blocker("FAILED")], codes: [] },
  {
    says: "a task the system queued, with the switch off",
    task: { queuedBy: "system" },
    facts: off,
    codes: ["AUTONOMOUS_OFF"],
  },
  { says: "a task a person queued, with the switch off", facts: off, codes: [] },
  { says: "a retry that is not due", task: { availableAt: at }, codes: ["NOT_DUE"] },
  { says: "a task whose last sandbox is still there", facts: { cleaningUp: new Set(["t"]) }, codes: ["CLEANING_UP"] },
  { says: "a result that is not stored yet", facts: { unpublished: new Set(["t"]) }, codes: ["CLEANING_UP"] },
  {
    says: "as much in review as people want to have",
    facts: { projectRoom: new Map([["p", { limit: 5, running: 1, asks: {}, review: { waiting: 2, limit: 3 } }]]) },
    codes: ["REVIEW_BACKPRESSURE"],
  },
  {
    says: "nothing while one more may come into review",
    facts: { projectRoom: new Map([["p", { limit: 5, running: 0, asks: {}, review: { waiting: 2, limit: 3 } }]]) },
    codes: [],
  },
  {
    says: "a machine with the results that is not there",
    facts: { projectRoom: new Map([["p", { limit: 5, running: 0, asks: {}, isHostAway: true }]]) },
    codes: ["NO_WORKER"],
  },
  {
    says: "a full project",
    facts: { projectRoom: new Map([["p", { limit: 2, running: 2, asks: {} }]]) },
    codes: ["PROJECT_LIMIT"],
  },
  { says: "no free slot anywhere", facts: { running: 5 }, codes: ["CAPACITY"] },
  {
    says: "a type of agent whose provider asked to wait",
    facts: { pausedTypes: new Map([["cli", at.toISOString()]]) },
    codes: ["RATE_LIMIT"],
  },
  { says: "a type of agent at its limit", facts: { fullTypes: new Map([["cli", 2]]) }, codes: ["CAPACITY"] },
  { says: "a user at the limit", facts: { fullUsers: new Map([["u", 2]]) }, codes: ["CAPACITY"] },
  {
    says: "another type and another user at their limits",
    facts: { fullTypes: new Map([["acp", 2]]), fullUsers: new Map([["x", 2]]) },
    codes: [],
  },
  {
    says: "memory that is given out",
    task: { resources: { memoryBytes: 6 * 1024 ** 3 } },
    facts: { rooms: [room({ memoryBytes: 4 * 1024 ** 3 })] },
    codes: ["RESOURCE"],
  },
  {
    says: "nothing when one orchestrator has room",
    task: { resources: { cpus: 2 } },
    facts: { rooms: [room({ cpus: 4 }), room()] },
    codes: [],
  },
  { says: "an orchestrator that pauses", facts: { rooms: [room({}, { pausedReason: "DISK" })] }, codes: ["RESOURCE"] },
  { says: "no worker", facts: { workers: 0, capacity: 0 }, codes: ["NO_WORKER"] },
  { says: "its place in the queue", facts: { positions: new Map([["t", 3]]) }, codes: ["QUEUE_POSITION"] },
  {
    says: "everything at once, most decisive first",
    task: { queuedBy: "system", availableAt: at },
    blockers: [blocker("FAILED"), blocker("RUNNING", 2)],
    facts: {
      ...off,
      cleaningUp: new Set(["t"]),
      projectRoom: new Map([["p", { limit: 1, running: 1, asks: {} }]]),
      running: 5,
      rooms: [room({}, { pausedReason: "DISK" })],
      pausedTypes: new Map([["cli", at.toISOString()]]),
      positions: new Map([["t", 9]]),
    },
    codes: [
      "BLOCKED_BY",
      "DEPENDENCY_FAILED",
      "AUTONOMOUS_OFF",
      "NOT_DUE",
      "CLEANING_UP",
      "PROJECT_LIMIT",
      "CAPACITY",
      "RESOURCE",
      "RATE_LIMIT",
      "QUEUE_POSITION",
    ],
  },
];

describe("why a task is not running", () => {
  it.each(rows)("$says: $codes", ({ task, blockers = [], facts, codes }) => {
    const reasons = explain({ ...queued, ...task }, blockers, { ...clear, ...facts });
    expect(reasons.map(({ code }) => code)).toEqual(codes);
    for (const { message } of reasons) expect(message).toMatch(/^\S.*[.]$/);
  });

  it.each(taskStatuses.filter((status) => !["DRAFT", "APPROVED", "QUEUED"].includes(status)))(
    "has nothing to say of a task that is %s",
    (status) => {
      expect(explain({ ...queued, status }, [blocker("FAILED")], { ...clear, workers: 0 })).toEqual([]);
    },
  );

  it("says in amounts what is short, and what no orchestrator has", () => {
    const asking = { ...queued, resources: { memoryBytes: 6 * 1024 ** 3 } };
    const short = explain(asking, [], { ...clear, rooms: [room({ memoryBytes: 4 * 1024 ** 3 })] });
    expect(short[0]?.message).toBe("Waits for memory: 4.0 GiB of 8.0 GiB are given out, it asks for 6.0 GiB.");
    const ofProject = { ...clear, projectRoom: new Map([["p", { limit: 5, running: 0, asks: { cpus: 64 } }]]) };
    const never = explain(queued, [], { ...ofProject, rooms: [room()] });
    expect(never[0]?.message).toBe("Asks for 64 cores of CPU; no orchestrator has more than 4 cores.");
  });

  it("names ids, the moment, the limit and the place", () => {
    const facts = {
      ...clear,
      projectRoom: new Map([["p", { limit: 2, running: 3, asks: {} }]]),
      positions: new Map([["t", 7]]),
    };
    expect(explain({ ...queued, availableAt: at }, [blocker("FAILED"), blocker("DRAFT", 2)], facts)).toMatchObject([
      { code: "BLOCKED_BY", taskIds: ["b1", "b2"], message: "Waits for P-1, P-2." },
      {
        code: "DEPENDENCY_FAILED",
        taskIds: ["b1"],
        message: "P-1 is failed: retry or reopen it, or remove the dependency.",
      },
      { code: "NOT_DUE", until: at.toISOString() },
      { code: "PROJECT_LIMIT", limit: 2, message: "The project runs 3 of at most 2 sessions." },
      { code: "QUEUE_POSITION", position: 7 },
    ]);
  });

  it("counts the blockers it does not name", () => {
    const five = [1, 2, 3, 4, 5].map((n) => blocker("RUNNING", n));
    expect(explain(queued, five, clear)[0]).toMatchObject({
      message: "Waits for P-1, P-2, P-3 and 2 more.",
      taskIds: ["b1", "b2", "b3", "b4", "b5"],
    });
  });
});

import { describe, expect, it } from "vitest";
import type { JournalEvent } from "../../lib/events.ts";
import { judgeSchedule } from "./judge-schedule.ts";
import type { Asked, Found, Played } from "./schedule.ts";

const event = (type: string, entityId: string, payload: object, by = "orchestrator") =>
  ({ type, entityId, payload, actor: { type: "person", id: by, name: by } }) as unknown as JournalEvent;
const created = (id: string) => event("TASK_CREATED", id, { status: "APPROVED" });
const moved = (id: string, from: string, to: string, verb: string, by?: string) =>
  event("TASK_STATUS_CHANGED", id, { from, to, verb }, by);
const numbered = (events: JournalEvent[]) => events.map((one, index) => ({ ...one, seq: index + 1 }));

const asked = (verb: Asked["verb"], task: string, other: string, rest: Partial<Asked> = {}): Asked => ({
  ...{ verb, task, other, hand: "hand 0", code: null, before: 3, after: 4 },
  ...rest,
});

/** a and b, and c that waits for b; a hand makes b wait for a. */
const good = (): Played => ({
  asked: [asked("addDependency", "b", "a")],
  edges: new Map([
    ["a", []],
    ["b", []],
    ["c", ["b"]],
  ]),
  found: {
    tasks: ["a", "b", "c"].map((id) => ({ id, status: "APPROVED", openDependencies: id === "a" ? 0 : 1 })),
    edges: [
      { taskId: "c", dependsOnId: "b" },
      { taskId: "b", dependsOnId: "a" },
    ],
    events: numbered([
      ...["a", "b", "c"].map(created),
      event("TASK_DEPENDENCY_ADDED", "b", { dependsOnId: "a" }, "hand 0"),
    ]),
    lastSeq: 4,
  } satisfies Found,
});

function goOn(run: Played, events: JournalEvent[], one?: Asked): void {
  run.found.events = numbered([...run.found.events, ...events]);
  run.found.lastSeq = run.found.events.length;
  if (one) run.asked.push(one);
}

const lies: [name: string, lie: (run: Played) => void, sentence: RegExp][] = [
  [
    "an edge that closes a cycle",
    (run) => {
      goOn(
        run,
        [event("TASK_DEPENDENCY_ADDED", "a", { dependsOnId: "c" }, "hand 0")],
        asked("addDependency", "a", "c", { before: 4, after: 5 }),
      );
    },
    /event 5 .* has to be refused with DEPENDENCY_CYCLE/,
  ],
  ["an edge that is lost", (run) => run.found.edges.pop(), /the edge b a is lost/],
  [
    "an acknowledged edit without its event",
    (run) => goOn(run, [], asked("removeDependency", "b", "a", { before: 4, after: 4 })),
    /removeDependency b a .* was acknowledged and is not in the journal/,
  ],
  [
    "a refusal without a reason",
    (run) => goOn(run, [], asked("addDependency", "c", "a", { code: "DEPENDENCY_CYCLE", before: 4, after: 4 })),
    /was refused with DEPENDENCY_CYCLE; at no moment/,
  ],
  [
    "a refusal that changed something",
    (run) => Object.assign(run.asked[0]!, { code: "DEPENDENCY_CYCLE" }),
    /was refused with DEPENDENCY_CYCLE and changed something/,
  ],
  [
    "a claim before its time",
    (run) => goOn(run, [moved("c", "APPROVED", "QUEUED", "queue"), moved("c", "QUEUED", "RUNNING", "claim")]),
    /event 6 .* it is claimed while 1 it waits for are open/,
  ],
  [
    "a deletion of what others wait for",
    (run) => goOn(run, [event("TASK_DELETED", "a", {}, "hand 0")], asked("delete", "a", "a", { before: 4, after: 5 })),
    /has to be refused with TASK_HAS_DEPENDENTS/,
  ],
  [
    "a wrong counter",
    (run) => Object.assign(run.found.tasks[2]!, { openDependencies: 0 }),
    /c is APPROVED with 0 open dependencies; by the journal APPROVED with 1/,
  ],
  ["a change nobody asked for", (run) => run.asked.pop(), /event 4 .* nobody asked for it/],
];

describe("the judge of graph edits", () => {
  it("has nothing to say about a schedule that was as it has to be", () => {
    expect(judgeSchedule(good())).toEqual([]);
  });

  it("takes a refusal whose reason stood at one moment of its question, and an edit that had nothing to do", () => {
    const run = good();
    goOn(run, [], asked("addDependency", "a", "b", { code: "DEPENDENCY_CYCLE", before: 3, after: 4, hand: "hand 1" }));
    goOn(run, [], asked("addDependency", "b", "a", { before: 4, after: 4, hand: "hand 2" }));
    expect(judgeSchedule(run)).toEqual([]);
  });

  it.each(lies)("finds %s", (_, lie, sentence) => {
    const run = good();
    lie(run);
    expect(judgeSchedule(run)).toContainEqual(expect.stringMatching(sentence));
  });
});

import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createOverload, laneOf } from "./overload.ts";

const lane = { places: 2, waitingMax: 3, patienceMs: 1000, standingMs: 5000, hurriedMs: 50 };
const closed = { places: 0, waitingMax: 0, patienceMs: 0, standingMs: 0, hurriedMs: 0 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function office(read = lane) {
  const overload = createOverload({ read, write: closed, sandbox: closed, mcp: closed, wait: closed });
  const begun: string[] = [];
  const refused: string[] = [];
  const ask = (name: string) => {
    const response = new EventEmitter();
    overload.enter({ method: "GET", target: "/p/DEMO" }, response as ServerResponse).then(
      () => begun.push(name),
      ({ code, status, details }) => refused.push(`${name} ${code} ${status} ${details.retryAfterSeconds}`),
    );
    return () => response.emit("close");
  };
  return { ask, begun, refused };
}

test("as many as there are places begin at once; the others wait their turn, and one more than may wait is refused", async () => {
  const { ask, begun, refused } = office();
  const ends = ["a", "b", "c", "d", "e", "f"].map(ask);
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(["a", "b"]);
  expect(refused).toEqual(["f UNAVAILABLE 503 1"]);
  ends[1]!();
  ends[0]!();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(["a", "b", "c", "d"]);
});

test("who has waited long enough is refused, and keeps no place from those who still wait", async () => {
  const { ask, begun, refused } = office();
  const [endA] = ["a", "b", "early"].map(ask);
  await vi.advanceTimersByTimeAsync(600);
  ask("later");
  await vi.advanceTimersByTimeAsync(400);
  expect(refused).toEqual(["early UNAVAILABLE 503 1"]);
  endA!();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(["a", "b", "later"]);
});

test("when requests have been waiting without a break, new ones wait shortly and take turns with the patient", async () => {
  const { ask, begun, refused } = office({ ...lane, patienceMs: 60_000 });
  const ends = new Map(["a", "b", "1", "2", "3"].map((name) => [name, ask(name)]));
  await vi.advanceTimersByTimeAsync(5100);
  ask("left behind");
  await vi.advanceTimersByTimeAsync(60);
  expect(refused).toEqual(["left behind UNAVAILABLE 503 1"]);
  ask("click");
  ends.get("a")!();
  ends.get("b")!();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun.slice(2).sort()).toEqual(["1", "click"]);
});

test("of those that wait shortly the newest goes first, and the oldest makes room for it", async () => {
  const { ask, begun, refused } = office({ ...lane, patienceMs: 5050 });
  const ends = ["a", "b", "stands"].map(ask);
  await vi.advanceTimersByTimeAsync(5040);
  ["1", "2", "3", "4"].map(ask);
  await vi.advanceTimersByTimeAsync(20);
  expect(refused).toEqual(["1 UNAVAILABLE 503 1", "stands UNAVAILABLE 503 1"]);
  ends[0]!();
  ends[1]!();
  await vi.advanceTimersByTimeAsync(50);
  expect(begun).toEqual(["a", "b", "4", "3"]);
  expect(refused.slice(2)).toEqual(["2 UNAVAILABLE 503 1"]);
});

test("after a break patience is back", async () => {
  const { ask, begun, refused } = office({ ...lane, patienceMs: 6000 });
  const ends = ["a", "b", "c"].map(ask);
  await vi.advanceTimersByTimeAsync(5500);
  for (const end of ends) end();
  await vi.advanceTimersByTimeAsync(0);
  ends[2]!();
  ["x", "y", "patient"].map(ask);
  await vi.advanceTimersByTimeAsync(3000);
  expect([begun, refused]).toEqual([["a", "b", "c", "x", "y"], []]);
});

test("who leaves while waiting is forgotten, and who leaves twice gives back one place", async () => {
  const { ask, begun } = office();
  const [endA, , leave] = ["a", "b", "gone", "c", "d"].map(ask);
  leave!();
  endA!();
  endA!();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun).toEqual(["a", "b", "c"]);
});

test("an answer that takes very long gives its place back before it is over", async () => {
  const { ask, begun } = office();
  ["a", "b"].map(ask);
  await vi.advanceTimersByTimeAsync(9500);
  ask("c");
  await vi.advanceTimersByTimeAsync(600);
  expect(begun).toEqual(["a", "b", "c"]);
});

test("who has left before being let in takes no place", async () => {
  const overload = createOverload({ read: lane });
  const gone = { destroyed: true, once: () => {} } as unknown as ServerResponse;
  for (let n = 0; n < 3; n++)
    await expect(overload.enter({ method: "GET", target: "/p/DEMO" }, gone)).rejects.toMatchObject({ status: 503 });
  const next = new EventEmitter() as ServerResponse;
  await overload.enter({ method: "GET", target: "/p/DEMO" }, next);
  await overload.enter({ method: "GET", target: "/p/DEMO" }, next);
});

describe("of several sessions", () => {
  function sessions(sandbox = { ...lane, places: 3, waitingMax: 100 }) {
    const overload = createOverload({ sandbox });
    const begun: string[] = [];
    const refused: string[] = [];
    const report = (sandboxId: string, name: string) => {
      const response = new EventEmitter();
      overload
        .enter({ method: "POST", target: "/api/v1/sandboxes/1/heartbeat", sandboxId }, response as ServerResponse)
        .then(
          () => begun.push(name),
          ({ status }) => refused.push(`${name} ${status}`),
        );
      return () => response.emit("close");
    };
    return { report, begun, refused };
  }
  const letters = Array.from({ length: 120 }, (_, n) => String.fromCodePoint(97 + n));

  test("one that lets its reports hang leaves places to the others, and only its own wait behind them", async () => {
    const { report, begun, refused } = sessions();
    const ends = letters.slice(0, 5).map((name) => report("one", name));
    report("other", "1");
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(["a", "b", "1"]);
    ends[0]!();
    await vi.advanceTimersByTimeAsync(0);
    expect([begun, refused]).toEqual([["a", "b", "1", "c"], []]);
  });

  test("one has few in the queue: what is more is refused, and to nobody else", async () => {
    const { report, begun, refused } = sessions();
    for (const name of letters) report("one", name);
    report("other", "1");
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(["a", "b", "1"]);
    expect(refused).toEqual(letters.slice(102).map((name) => `${name} 503`));
  });

  test("one that waits in the lane still has its own places taken", async () => {
    const { report, begun } = sessions({ ...lane, places: 4, waitingMax: 100, patienceMs: 30_000, standingMs: 30_000 });
    for (const name of ["1", "2", "3", "4"]) report(`other ${name}`, name);
    for (const name of ["a", "b", "c"]) report("one", name);
    await vi.advanceTimersByTimeAsync(10_100);
    expect(begun).toEqual(["1", "2", "3", "4", "a", "b"]);
  });

  test("one that has ended is forgotten, and finds its places when it comes again", async () => {
    const { report, begun } = sessions();
    for (const name of ["a", "b", "c"]) {
      const end = report("one", name);
      await vi.advanceTimersByTimeAsync(0);
      end();
    }
    for (const name of ["d", "e"]) report("one", name);
    await vi.advanceTimersByTimeAsync(0);
    expect(begun).toEqual(["a", "b", "c", "d", "e"]);
  });
});

test("the tools of sessions have places of their own: people find theirs free", () => {
  const call = { method: "POST", target: "/mcp" };
  expect([laneOf(call), laneOf({ ...call, sandboxId: "1" })]).toEqual(["mcp", "tools"]);
});

test.each([
  ["GET", "/api/health/ready", null],
  ["GET", "/login?code=x", null],
  ["POST", "/api/login", null],
  ["GET", "/_next/static/chunks/a.js", null],
  ["POST", "/socket.io/?EIO=4&transport=polling", null],
  ["GET", "/p/DEMO", "read"],
  ["GET", "/api/v1/queue", "read"],
  ["GET", "/api/v1/sessions/1/logs?after=0", "read"],
  ["GET", "/api/v1/sessions/1/logs?after=0&waitSeconds=30", "wait"],
  ["POST", "/api/v1/projects", "wait"],
  ["POST", "/api/v1/repository-checks", "wait"],
  ["POST", "/api/v1/projects/DEMO/tasks", "write"],
  ["DELETE", "/api/v1/queue", "write"],
  ["POST", "/api/v1/sandboxes/1/task-complete", "sandbox"],
])("%s %s is of the class %s", (method, target, name) => {
  expect(laneOf({ method, target })).toBe(name);
});

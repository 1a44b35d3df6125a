import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configSchema } from "@/lib/config/schema.ts";
import { errorClasses, type SessionReason, sessionReasons } from "@/lib/session/machine.ts";
import {
  asReport,
  classOf,
  decideRetry,
  delayMs,
  maxLosses,
  maxRelaunches,
  maxWaits,
  policyOf,
  rowOf,
} from "@/lib/session/retry.ts";

const instance = configSchema.parse({});
const defaults = policyOf({ task: null, project: {}, instance });
const reasons = Object.keys(sessionReasons) as SessionReason[];
const counted = reasons.filter((reason) => rowOf(reason) === null);
const incurable = counted.filter((reason) => classOf[reason] === "INCURABLE");
const ours = counted.filter((reason) => classOf[reason] === "LOST");
const theTasks = counted.filter((reason) => !ours.includes(reason) && !incurable.includes(reason));
const dayMs = 86_400_000;

describe("the delay before the next attempt", () => {
  it("lies between half and all of base × 2^(n−1), and never above the cap", () => {
    const anything = fc.record({
      n: fc.integer({ min: 1, max: 60 }),
      baseMs: fc.integer({ min: 0, max: 3_600_000 }),
      capMs: fc.integer({ min: 0, max: 86_400_000 }),
      jitter: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(anything, ({ n, baseMs, capMs, jitter }) => {
        const full = Math.min(capMs, baseMs * 2 ** (n - 1));
        const delay = delayMs(n, { baseMs, capMs }, () => jitter);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(delay).toBeLessThanOrEqual(capMs);
        expect(delay).toBeLessThanOrEqual(Math.ceil(full));
      }),
    );
  });

  it("doubles from 10 s to 5 min", () => {
    const most = [1, 2, 3, 4, 5, 6, 7].map((n) => delayMs(n, defaults, () => 1));
    expect(most).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000]);
  });

  it("spreads a thousand tasks that failed together evenly over its later half", () => {
    const delays = Array.from({ length: 1000 }, () => delayMs(6, defaults, Math.random));
    const slices = new Array(20).fill(0);
    for (const delay of delays) slices[Math.min(19, Math.floor((delay - 150_000) / 7_500))]++;
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(150_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(300_000);
    // 50 are expected in each; over 100 has a probability under 10⁻⁹.
    expect(Math.max(...slices)).toBeLessThan(100);
  });
});

describe("the policy in force", () => {
  it("is the task's, else the project's, else the instance's, each field by itself", () => {
    const project = { retryBaseMs: 5, retryCapMs: null, retryOn: ["EXIT" as const] };
    expect(defaults).toEqual({
      baseMs: 10_000,
      capMs: 300_000,
      retryOn: ["EXIT", "TIMEOUT", "START", "RATE_LIMIT"],
    });
    expect(policyOf({ task: null, project, instance })).toEqual({ baseMs: 5, capMs: 300_000, retryOn: ["EXIT"] });
    expect(policyOf({ task: { capMs: 7 }, project, instance })).toEqual({ baseMs: 5, capMs: 7, retryOn: ["EXIT"] });
    expect(policyOf({ task: { baseMs: 0, retryOn: [] }, project, instance })).toEqual({
      baseMs: 0,
      capMs: 300_000,
      retryOn: [],
    });
  });

  it("gives every reason a class, and every class a reason", () => {
    expect(Object.keys(classOf).sort()).toEqual([...reasons].sort());
    expect([...new Set(Object.values(classOf))].sort()).toEqual([...errorClasses].sort());
  });
});

const counts = fc.record({
  failures: fc.nat({ max: 25 }),
  losses: fc.nat({ max: 5 }),
  maxAttempts: fc.integer({ min: 1, max: 20 }),
});

describe("again, or give up", () => {
  it.each(incurable)("gives up at once on %s, whatever attempts are left", (reason) => {
    fc.assert(
      fc.property(counts, (question) => {
        expect(decideRetry({ reason, ...question }, defaults)).toEqual({
          verb: "fail",
          counts: "failures",
          delayMs: 0,
        });
      }),
    );
  });

  it.each(theTasks)("tries %s again until the attempts are used up, and losses do not count", (reason) => {
    fc.assert(
      fc.property(counts, (question) => {
        const isLast = question.failures + 1 >= question.maxAttempts;
        expect(decideRetry({ reason, ...question }, defaults)).toMatchObject({
          verb: isLast ? "fail" : "retry",
          counts: "failures",
        });
      }),
    );
  });

  it.each(theTasks)("does not try %s again where the policy leaves out its kind", (reason) => {
    const policy = { ...defaults, retryOn: defaults.retryOn.filter((kind) => kind !== classOf[reason]) };
    const question = { failures: 0, losses: 0, maxAttempts: 20 };
    expect(decideRetry({ reason, ...question }, policy)).toMatchObject({ verb: "fail", counts: "failures" });
  });

  it.each(ours)(
    "forgives %s twice whatever the policy says, and quarantines at the third; failures do not count",
    (reason) => {
      fc.assert(
        fc.property(counts, (question) => {
          const isLast = question.losses + 1 >= maxLosses;
          expect(decideRetry({ reason, ...question }, { ...defaults, retryOn: [] })).toMatchObject({
            counts: "losses",
            ...(isLast ? { verb: "fail", taskReason: "QUARANTINED" } : { verb: "retry" }),
          });
        }),
      );
      expect(maxLosses).toBe(3);
    },
  );

  it("forgives a start that never came, whatever was before, waits longer each time in a row and gives up at the tenth", () => {
    const question = { reason: "NEVER_LAUNCHED", failures: 1, losses: 2, maxAttempts: 2 } as const;
    const answers = Array.from({ length: maxRelaunches }, (_, waits) =>
      decideRetry({ ...question, waits }, { ...defaults, retryOn: [] }, () => 1),
    );
    const last = answers.pop();
    expect(answers.map(({ verb, counts }) => [verb, counts])).toEqual(answers.map(() => ["retry", "nothing"]));
    expect(answers.map((answer) => answer.delayMs).slice(0, 4)).toEqual([0, 10_000, 20_000, 40_000]);
    expect(last).toEqual({ verb: "fail", counts: "nothing", delayMs: 0, taskReason: "QUARANTINED" });
  });

  it("waits longer with each failure, and with each loss but the first", () => {
    const question = { failures: 1, losses: 0, maxAttempts: 9 };
    expect(decideRetry({ reason: "EXIT_CODE", ...question }, defaults, () => 1)).toMatchObject({ delayMs: 20_000 });
    expect(decideRetry({ reason: "LEASE_EXPIRED", ...question }, defaults, () => 1)).toMatchObject({ delayMs: 0 });
    expect(decideRetry({ reason: "LEASE_EXPIRED", ...question, losses: 1 }, defaults, () => 1)).toMatchObject({
      delayMs: 10_000,
    });
  });
});

describe("a provider that asks to wait", () => {
  const question = { reason: "RATE_LIMITED", failures: 0, losses: 0, maxAttempts: 1 } as const;

  it("is obeyed to the millisecond, counts as nothing, and its type of agent pauses as long", () => {
    expect(decideRetry({ ...question, askedMs: 90_000 }, defaults)).toEqual({
      verb: "retry",
      counts: "nothing",
      delayMs: 90_000,
      pauseMs: 90_000,
    });
  });

  it("is obeyed for at most a day", () => {
    expect(decideRetry({ ...question, askedMs: 400 * dayMs }, defaults)).toMatchObject({
      delayMs: dayMs,
      pauseMs: dayMs,
    });
  });

  it("without a time, or with one that was too short the last time, waits longer with each time in a row", () => {
    const most = [0, 1, 2].map((waits) => decideRetry({ ...question, waits }, defaults, () => 1).delayMs);
    expect(most).toEqual([10_000, 20_000, 40_000]);
    const asked = [0, 1, 2].map(
      (waits) => decideRetry({ ...question, waits, askedMs: 1000 }, defaults, () => 1).delayMs,
    );
    expect(asked).toEqual([1000, 20_000, 40_000]);
  });

  it("twenty times in a row is given up on, with a reason of its own and the pause still in force", () => {
    fc.assert(
      fc.property(counts, fc.nat({ max: 40 }), (more, waits) => {
        const answer = decideRetry({ ...question, ...more, waits, askedMs: 1000 }, defaults);
        expect(answer).toMatchObject({ counts: "nothing", verb: waits < maxWaits ? "retry" : "fail" });
        expect(answer.taskReason).toBe(waits < maxWaits ? undefined : "WAITED_TOO_OFTEN");
        expect(answer.pauseMs).toBeGreaterThanOrEqual(1000);
      }),
    );
  });

  it("ends the task where the policy does not try it again", () => {
    const policy = { ...defaults, retryOn: ["EXIT" as const] };
    const answer = decideRetry({ ...question, maxAttempts: 5, askedMs: 1000 }, policy);
    expect(answer).toEqual({ verb: "fail", counts: "failures", delayMs: 0, pauseMs: 1000 });
  });

  it("a full disk is waited for in the same way, but pauses nobody", () => {
    const full = { ...question, reason: "DISK_FULL" } as const;
    const answer = decideRetry(full, { ...defaults, retryOn: [] }, () => 1);
    expect(answer).toEqual({ verb: "retry", counts: "nothing", delayMs: 10_000 });
    expect(decideRetry({ ...full, waits: maxWaits }, defaults)).toMatchObject({ taskReason: "WAITED_TOO_OFTEN" });
  });
});

describe("the answer as a report", () => {
  it("counts one of what counts and says how long a type of agent pauses", () => {
    const waiting = decideRetry(
      { reason: "RATE_LIMITED", failures: 0, losses: 0, maxAttempts: 3, askedMs: 60_000 },
      defaults,
    );
    expect(asReport(waiting)).toEqual({
      taskVerb: "retry",
      delayMs: 60_000,
      pauseMs: 60_000,
    });
    const lost = decideRetry({ reason: "PROCESS_VANISHED", failures: 0, losses: 2, maxAttempts: 3 }, defaults);
    expect(asReport(lost)).toEqual({ taskVerb: "fail", losses: 1, taskReason: "QUARANTINED" });
    const failed = decideRetry({ reason: "EXIT_CODE", failures: 0, losses: 0, maxAttempts: 3 }, defaults, () => 1);
    expect(asReport(failed)).toEqual({ taskVerb: "retry", failures: 1, delayMs: 10_000 });
  });
});

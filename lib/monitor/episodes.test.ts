import fc from "fast-check";
import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { Claim } from "@/lib/session/settle.ts";
import { ageSilence, ageTask, checkNow, monitoredProject, steadyWorker } from "@/lib/testing/monitored.ts";
import { call, newTask, provideTestDatabase, quiet, reportOf, type TestWorker } from "@/lib/testing/world.ts";

provideTestDatabase();

const hourSeconds = 3_600;

/**
 * What was seen of each task and each live session from outside: the number of its present episode (0: none), and in which one it
 * got too old and was reacted to. An episode of a task is a stay in QUEUED, or in APPROVED with nothing open; of a session, itself.
 */
interface Seen {
  state: string;
  episode: number;
  agedIn: number;
  reactedIn: number;
}

interface World {
  projectId: string;
  ids: string[];
  worker: TestWorker;
  live: Claim[];
  seen: Map<string, Seen>;
}

const seenOf = ({ seen }: World, id: string): Seen => {
  const known = seen.get(id) ?? { state: "", episode: 0, agedIn: 0, reactedIn: 0 };
  seen.set(id, known);
  return known;
};

function notice(world: World, id: string, state: string): void {
  const seen = seenOf(world, id);
  if (state !== "" && state !== seen.state) seen.episode += 1;
  seen.state = state;
}

/** Does not look at what the monitor goes by. */
async function watch(world: World): Promise<void> {
  for (const { id, status, openDependencies, statusSince } of await db().task.findMany({
    where: { id: { in: world.ids } },
  })) {
    const isWaiting = status === "QUEUED" || (status === "APPROVED" && openDependencies === 0);
    notice(world, id, isWaiting ? `${status} ${statusSince.toISOString()}` : "");
  }
  const ids = world.live.map(({ sessionId }) => sessionId);
  const live = await db().session.findMany({ where: { id: { in: ids }, endedAt: null } });
  const isLive = (claim: Claim) => live.some(({ id }) => id === claim.sessionId);
  for (const claim of world.live) notice(world, claim.sessionId, isLive(claim) ? "live" : "");
  const gone = world.live.filter((claim) => !isLive(claim));
  world.live = world.live.filter(isLive);
  const proof = ({ sandboxId, taskId, ...claim }: Claim) =>
    ({
      sandboxId,
      taskId,
      terminated: true,
      actor: { type: "session", id: claim.sessionId, name: claim.key },
    }) as const;
  if (gone.length > 0) await world.worker.step(gone.map(proof), 0);
}

const personsVerbs = ["approve", "withdraw", "queue", "unqueue", "cancel", "reopen", "complete", "retry"] as const;
const steps = {
  age: async (world: World) => {
    for (const id of world.ids) await ageTask(id, hourSeconds);
    for (const { sessionId } of world.live) await ageSilence(sessionId, hourSeconds);
    for (const seen of world.seen.values()) seen.agedIn = seen.episode;
  },
  check: async (world: World) => {
    const due = [...world.seen].filter(
      ([, { state, episode, agedIn, reactedIn }]) => state !== "" && agedIn === episode && reactedIn !== episode,
    );
    const { reactions } = await checkNow(world.projectId);
    expect(reactions.map(({ taskId, sessionId }) => sessionId ?? taskId).sort()).toEqual(due.map(([id]) => id).sort());
    for (const [, seen] of due) seen.reactedIn = seen.episode;
    reactionsInAll += due.length;
  },
  claim: async (world: World) => {
    world.live.push(...(await world.worker.step([], 1)).claims);
  },
  /** Turns autonomous mode on or off: the monitor may queue then, and what it queued waits anew. */
  turn: async ({ projectId }: World) => {
    const { autonomousExecutionEnabled } = await db().project.findUniqueOrThrow({ where: { id: projectId } });
    await call("project", "setAutonomousExecution", { projectId, enabled: !autonomousExecutionEnabled });
  },
  fail: (world: World) => end(world, { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", delayMs: 0 }),
  succeed: (world: World) => end(world, {}),
};
let reactionsInAll = 0;

const end = (world: World, verdict: object) =>
  world.worker.step(
    world.live.map((claim) => reportOf(claim, verdict)),
    0,
  );

/** What is not possible now is refused and changes nothing. */
const tell = ({ ids }: World, verb: string, on: number) =>
  call("task", verb, { taskId: ids[on]! }).catch((thrown) => {
    if (!(thrown instanceof DomainError)) throw thrown;
  });

const anyStep = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...personsVerbs), fc.nat({ max: 2 })) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("age" as const), fc.constant(0)) },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom("check" as const, "claim" as const), fc.constant(0)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("fail" as const, "succeed" as const, "turn" as const), fc.constant(0)),
  },
);

async function newWorld(escalationStrategy: "log_only" | "mark_stalled" | "reassign" | "escalate"): Promise<World> {
  await quiet();
  const projectId = await monitoredProject({ escalationStrategy, pendingTimeoutSeconds: 60, retryBaseMs: 0 });
  const worker = await steadyWorker();
  const first = await newTask(projectId);
  const ids = [first.id, (await newTask(projectId)).id, (await newTask(projectId, { dependsOn: [first.id] })).id];
  return { projectId, ids, worker, live: [], seen: new Map() };
}

it("reacts exactly once to each episode of waiting and each attempt that gets too old, whatever people and orchestrators do", {
  timeout: 180_000,
}, async () => {
  const anyStrategy = fc.constantFrom(
    "log_only" as const,
    "mark_stalled" as const,
    "reassign" as const,
    "escalate" as const,
  );
  await fc.assert(
    fc.asyncProperty(anyStrategy, fc.array(anyStep, { minLength: 10, maxLength: 30 }), async (strategy, history) => {
      const world = await newWorld(strategy);
      await watch(world);
      for (const [what, on] of history) {
        if (what in steps) await steps[what as keyof typeof steps](world);
        else await tell(world, what, on);
        await watch(world);
      }
    }),
    { numRuns: 25 },
  );
  expect(reactionsInAll).toBeGreaterThan(20);
});

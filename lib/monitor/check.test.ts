import { beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "@/lib/config/config.ts";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { checkWhenDue } from "@/lib/monitor/check.ts";
import { findDueProjects, makeDueSoon } from "@/lib/monitor/due.ts";
import { sightingsMax } from "@/lib/monitor/sightings.ts";
import {
  ageHeartbeat,
  ageSilence,
  ageTask,
  ageWorker,
  checkNow,
  monitoredProject,
  reactedIn,
  runningTask,
  steadyWorker,
} from "@/lib/testing/monitored.ts";
import {
  call,
  eventsOf,
  newTask,
  newWorker,
  provideTestDatabase,
  quiet,
  refusal,
  reportOf,
  type TestWorker,
} from "@/lib/testing/world.ts";

provideTestDatabase();
beforeEach(quiet);

const monitor = { type: "system", id: "monitor", name: "Monitor" };
const hour = 3_600;
const get = (taskId: string) => call("task", "get", { taskId });
const session = (sessionId: string) => call<Record<string, unknown>>("session", "get", { sessionId });
const strategies = ["log_only", "mark_stalled", "reassign", "escalate"] as const;
type Strategy = (typeof strategies)[number];

/** What is watched, gone past its time. */
const watched = {
  approved: async (projectId: string) => {
    const { id } = await newTask(projectId);
    await ageTask(id, 2 * hour);
    return { taskId: id };
  },
  queued: async (projectId: string) => {
    const { id } = await newTask(projectId);
    await call("task", "queue", { taskId: id });
    await ageTask(id, 2 * hour);
    return { taskId: id };
  },
  silent: async (projectId: string) => {
    const { taskId, sessionId } = await runningTask(projectId);
    await ageSilence(sessionId, hour);
    return { taskId, sessionId };
  },
  unspoken: async (projectId: string) => {
    const { taskId, sessionId } = await runningTask(projectId);
    await ageHeartbeat(sessionId, (2 * env.RUNBOARD_LEASE_MS) / 1000 + 1);
    return { taskId, sessionId };
  },
};
type Watched = keyof typeof watched;
const kindOf = { approved: "pending", queued: "pending", silent: "silent", unspoken: "no_heartbeat" } as const;

/** What becomes of task and session, and the events besides MONITOR_REACTED. What is left out stays as it was. */
interface Outcome {
  task?: object;
  session?: object;
  events: string[];
}
const escalated = { events: ["TASK_CREATED", "TASK_ESCALATED"] };
const stalledSession = (reason: string) => ({ status: "STALLED", reason });
const table: Record<Strategy, Record<Watched, Outcome>> = {
  log_only: { approved: { events: [] }, queued: { events: [] }, silent: { events: [] }, unspoken: { events: [] } },
  mark_stalled: {
    approved: {
      task: { status: "STALLED", statusReason: "PENDING_TIMEOUT" },
      events: ["TASK_STATUS_CHANGED", "TASK_STALLED"],
    },
    queued: {
      task: { status: "STALLED", statusReason: "PENDING_TIMEOUT" },
      events: ["TASK_STATUS_CHANGED", "TASK_STALLED"],
    },
    silent: {
      task: { status: "STALLED", statusReason: "SILENT" },
      session: stalledSession("SILENT"),
      events: ["SESSION_ENDED", "TASK_STATUS_CHANGED", "TASK_STALLED"],
    },
    unspoken: {
      task: { status: "STALLED", statusReason: "NO_HEARTBEAT" },
      session: stalledSession("NO_HEARTBEAT"),
      events: ["SESSION_ENDED", "TASK_STATUS_CHANGED", "TASK_STALLED"],
    },
  },
  reassign: {
    approved: { events: [] },
    queued: { events: [] },
    silent: {
      task: { status: "QUEUED", statusReason: "SILENT", failures: 1, losses: 0 },
      session: stalledSession("SILENT"),
      events: ["SESSION_ENDED", "TASK_STATUS_CHANGED", "TASK_RETRY_SCHEDULED"],
    },
    unspoken: {
      task: { status: "QUEUED", statusReason: "NO_HEARTBEAT", failures: 0, losses: 1 },
      session: stalledSession("NO_HEARTBEAT"),
      events: ["SESSION_ENDED", "TASK_STATUS_CHANGED", "TASK_RETRY_SCHEDULED"],
    },
  },
  escalate: { approved: escalated, queued: escalated, silent: escalated, unspoken: escalated },
};
const rows = strategies.flatMap((strategy) =>
  (Object.keys(watched) as Watched[]).map((what) => ({ strategy, what, ...table[strategy][what] })),
);

/** What a reaction must leave alone. */
const still = async (taskId: string) => {
  const { status, statusReason, statusSince, version, attempts, failures, losses, queuedAt, tags, priority } =
    await get(taskId);
  return { status, statusReason, statusSince, version, attempts, failures, losses, queuedAt, tags, priority };
};
const rankOf = async (id: string) => (await db().task.findUniqueOrThrow({ where: { id } })).queueRank;

describe("the monitor", () => {
  it.each(rows)(
    "reacts with $strategy to what is $what, once in ten checks",
    async ({ strategy, what, ...outcome }) => {
      const projectId = await monitoredProject({ escalationStrategy: strategy });
      const { taskId, sessionId } = { sessionId: undefined, ...(await watched[what](projectId)) };
      const bystander = await newTask(projectId);
      const [before, untouched, rank] = [await still(taskId), await get(bystander.id), await rankOf(taskId)];
      const seen = (await eventsOf(projectId)).length;

      const first = await checkNow(projectId);
      const timeoutSeconds = { pending: hour, silent: 900, no_heartbeat: (2 * env.RUNBOARD_LEASE_MS) / 1000 }[
        kindOf[what]
      ];
      const reaction = { kind: kindOf[what], strategy, taskId, ...(sessionId ? { sessionId } : {}) };
      expect(first.reactions).toMatchObject([reaction]);
      expect(first.reactions[0]!.waitedSeconds).toBeGreaterThanOrEqual(timeoutSeconds);

      const after = await get(taskId);
      if (outcome.task) expect(after).toMatchObject(outcome.task);
      else expect(await still(taskId)).toEqual(before);
      if (outcome.task === undefined) expect(await rankOf(taskId)).toBe(rank);
      if (sessionId)
        expect(await session(sessionId)).toMatchObject(outcome.session ?? { status: "STARTING", reason: null });
      expect(await get(bystander.id)).toEqual(untouched);

      const events = (await eventsOf(projectId)).slice(seen);
      expect(events.map(({ type }) => type)).toEqual([...outcome.events, "MONITOR_REACTED"]);
      for (const { actor } of events) expect(actor).toEqual(monitor);
      const { escalationTaskId, ...told } = first.reactions[0]!;
      expect(events.at(-1)).toMatchObject({ entityType: "task", entityId: taskId, payload: told });
      expect(escalationTaskId === undefined).toBe(strategy !== "escalate");

      for (let check = 2; check <= 10; check++) expect((await checkNow(projectId)).reactions).toEqual([]);
      expect(await eventsOf(projectId)).toHaveLength(seen + events.length);
    },
  );

  it("counts from when a task came into its state, not from when it was made", async () => {
    const projectId = await monitoredProject({ pendingTimeoutSeconds: hour });
    const { id } = await newTask(projectId, { status: "DRAFT" });
    await db().$executeRaw`UPDATE "Task" SET "createdAt" = now() - interval '9 days' WHERE id = ${id}::uuid`;
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await call("task", "approve", { taskId: id });
    await ageTask(id, hour - 10);
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await call("task", "queue", { taskId: id });
    await ageTask(id, hour - 10);
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageTask(id, 20);
    expect((await checkNow(projectId)).reactions).toMatchObject([{ taskId: id, kind: "pending" }]);
  });

  it("does not count the time a task is blocked, nor the delay before a retry", async () => {
    const projectId = await monitoredProject({
      pendingTimeoutSeconds: hour,
      retryBaseMs: 3_600_000,
      retryCapMs: 3_600_000,
    });
    const { taskId: retried, claim, worker } = await runningTask(projectId);
    const { id: blocked } = await newTask(projectId, { dependsOn: [retried] });
    await ageTask(blocked, 9 * hour);
    await worker.step([
      reportOf(claim, { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1, delayMs: 1_800_000 }),
    ]);
    await ageTask(retried, hour + 60);
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageTask(retried, 1_800);
    expect((await checkNow(projectId)).reactions).toMatchObject([{ taskId: retried }]);
    expect((await get(blocked)).waitingSince).toBeNull();
  });

  it("may react again to a new episode: moved away and back, or another attempt", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "log_only" });
    const { taskId } = await watched.queued(projectId);
    expect((await checkNow(projectId)).reactions).toHaveLength(1);
    await call("task", "unqueue", { taskId });
    await call("task", "queue", { taskId });
    expect((await get(taskId)).monitoredAt).toBeNull();
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageTask(taskId, 2 * hour);
    expect((await checkNow(projectId)).reactions).toMatchObject([{ taskId, kind: "pending" }]);

    const worker = await steadyWorker();
    for (const attempt of [1, 2]) {
      const [claim] = (await worker.step()).claims;
      await ageSilence(claim!.sessionId, hour);
      expect((await checkNow(projectId)).reactions).toMatchObject([
        { taskId, sessionId: claim!.sessionId, kind: "silent" },
      ]);
      expect((await checkNow(projectId)).reactions).toEqual([]);
      expect(claim!.attempt).toBe(attempt);
      const again = { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1 } as const;
      await worker.step([reportOf(claim!, again)], 0);
    }
    expect(await reactedIn(projectId)).toHaveLength(4);
  });

  it("tells quiet from hung: what writes or computes is left alone, however long it runs", async () => {
    const projectId = await monitoredProject({ idleTimeoutSeconds: 60, escalationStrategy: "mark_stalled" });
    const { taskId, sessionId } = await runningTask(projectId);
    await db().$executeRaw`UPDATE "Session" SET "startedAt" = now() - interval '9 hours' WHERE id = ${sessionId}::uuid`;
    await ageSilence(sessionId, 50);
    expect((await checkNow(projectId)).reactions).toEqual([]);
    expect((await get(taskId)).status).toBe("RUNNING");
  });

  it("does not hold silence against a session that nobody could hear: it counts from when its orchestrator began", async () => {
    const projectId = await monitoredProject({ idleTimeoutSeconds: 60, escalationStrategy: "mark_stalled" });
    const { sessionId, worker } = await runningTask(projectId);
    await ageSilence(sessionId, hour);
    await db().worker.update({ where: { id: worker.id }, data: { heldSince: new Date() } });
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageWorker(worker.id, 61);
    expect((await checkNow(projectId)).reactions).toMatchObject([{ sessionId, kind: "silent" }]);
  });

  it("does not hold against a task what nobody could take: a time without any orchestrator does not count", async () => {
    const projectId = await monitoredProject({ pendingTimeoutSeconds: hour });
    await watched.queued(projectId);
    const worker = await newWorker();
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageWorker(worker.id, hour - 10);
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageWorker(worker.id, 20);
    const [reaction] = (await checkNow(projectId)).reactions;
    expect(Math.abs(reaction!.waitedSeconds - hour)).toBeLessThan(60);
  });

  describe("does not hold against a task that it could not start:", () => {
    const agent = { type: "codex", spec: { prompt: "x" } } as const;
    const queuedLong = async (projectId: string, task: object = {}) => {
      const { id } = await newTask(projectId, task);
      await call("task", "queue", { taskId: id });
      await ageTask(id, 9 * hour);
      return id;
    };
    const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000);
    const seen = async (projectId: string) =>
      (await checkNow(projectId)).reactions.map(({ taskId, waitedSeconds }) => ({ taskId, waitedSeconds }));
    const about = (seconds: number) => expect.toSatisfy((found: number) => Math.abs(found - seconds) < 60);

    it("its provider asked to wait, until it had its time after that", async () => {
      const projectId = await monitoredProject({ pendingTimeoutSeconds: hour });
      const [held, free] = [await queuedLong(projectId, agent), await queuedLong(projectId)];
      const pauseUntil = (until: Date) => db().agentPause.updateMany({ data: { until } });
      await db().agentPause.create({ data: { agent: "codex", until: inSeconds(hour), reason: "RATE_LIMITED" } });
      expect(await seen(projectId)).toEqual([{ taskId: free, waitedSeconds: about(9 * hour) }]);
      await pauseUntil(inSeconds(-hour + 60));
      expect(await seen(projectId)).toEqual([]);
      await pauseUntil(inSeconds(-hour - 60));
      expect(await seen(projectId)).toEqual([{ taskId: held, waitedSeconds: about(hour + 60) }]);
      await db().agentPause.deleteMany();
    });

    it("a person lifted the pause of its provider, and it counts from there", async () => {
      const projectId = await monitoredProject({ pendingTimeoutSeconds: hour });
      const held = await queuedLong(projectId, agent);
      await db().agentPause.create({ data: { agent: "codex", until: inSeconds(hour), reason: "RATE_LIMITED" } });
      await call("queue", "resume", { agent: "codex" });
      expect(await seen(projectId)).toEqual([]);
      await db().$executeRaw`UPDATE "AgentPause" SET until = until - make_interval(secs => ${hour + 10}::float8)`;
      expect(await seen(projectId)).toEqual([{ taskId: held, waitedSeconds: about(hour) }]);
      await db().agentPause.deleteMany();
    });

    it("its project's budget is spent, which holds agents alone", async () => {
      const projectId = await monitoredProject({ pendingTimeoutSeconds: hour });
      const [held, free] = [await queuedLong(projectId, agent), await queuedLong(projectId)];
      const holdUntil = (budgetHeldUntil: Date) =>
        db().project.update({ where: { id: projectId }, data: { budgetHeldUntil } });
      await holdUntil(inSeconds(hour));
      expect(await seen(projectId)).toEqual([{ taskId: free, waitedSeconds: about(9 * hour) }]);
      await holdUntil(inSeconds(-hour + 60));
      expect(await seen(projectId)).toEqual([]);
      await holdUntil(inSeconds(-hour - 60));
      expect(await seen(projectId)).toEqual([{ taskId: held, waitedSeconds: about(hour + 60) }]);
    });

    it("every orchestrator that is there has paused, while what runs goes on being watched", async () => {
      const projectId = await monitoredProject({ pendingTimeoutSeconds: hour, idleTimeoutSeconds: 60 });
      const { sessionId: silent, worker } = await runningTask(projectId);
      const { sessionId: unspoken } = await runningTask(projectId);
      const waiting = await queuedLong(projectId);
      const approved = await newTask(projectId);
      await ageTask(approved.id, 9 * hour);
      const pause = (workerId: string, pausedReason: string | null) =>
        db().worker.update({ where: { id: workerId }, data: { pausedReason } });
      for (const { id } of await db().worker.findMany({ where: { stoppedAt: null } })) await pause(id, "DISK");
      await ageSilence(silent, hour);
      await ageHeartbeat(unspoken, hour);
      const { reactions } = await checkNow(projectId);
      expect(reactions.map(({ kind, sessionId }) => [kind, sessionId]).sort()).toEqual([
        ["no_heartbeat", unspoken],
        ["silent", silent],
      ]);
      await pause((await steadyWorker()).id, "STOPPING");
      expect(await seen(projectId)).toEqual([]);
      await pause(worker.id, null);
      expect((await seen(projectId)).map(({ taskId }) => taskId).sort()).toEqual([approved.id, waiting].sort());
    });

    it("what it builds on was reopened while it is tried again", async () => {
      const projectId = await monitoredProject({ pendingTimeoutSeconds: hour, retryBaseMs: 0 });
      const { id: first } = await newTask(projectId);
      await call("task", "complete", { taskId: first });
      const { taskId, claim, worker } = await runningTask(projectId, { dependsOn: [first] });
      await call("task", "reopen", { taskId: first });
      const again = { taskVerb: "retry", sessionVerb: "fail", reason: "EXIT_CODE", failures: 1, delayMs: 0 } as const;
      await worker.step([reportOf(claim, again)], 0);
      expect(await get(taskId)).toMatchObject({ status: "QUEUED", blockedBy: [first] });
      // However its time was kept.
      const since = async () =>
        db().$executeRaw`UPDATE "Task" SET "waitingSince" = now() - interval '9 hours' WHERE id = ${taskId}::uuid`;
      await since();
      expect((await seen(projectId)).filter((one) => one.taskId === taskId)).toEqual([]);
      await db().$executeRaw`UPDATE "Task" SET "isForced" = true WHERE id = ${taskId}::uuid`;
      await since();
      expect(await seen(projectId)).toMatchObject([{ taskId }]);
    });
  });

  it("reacts to at most 200 at once, the longest first, and the rest is soon due", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "log_only" });
    await db().$executeRaw`
      INSERT INTO "Task" (id, "projectId", number, title, status, "createdBy")
      SELECT gen_random_uuid(), ${projectId}::uuid, 1000 + n, 'waits', 'APPROVED', '{}' FROM generate_series(1, ${sightingsMax + 5}) n`;
    await db().$executeRaw`
      UPDATE "Task" SET "waitingSince" = now() - make_interval(hours => number - 900) WHERE "projectId" = ${projectId}::uuid`;
    const { reactions } = await checkNow(projectId);
    expect(reactions).toHaveLength(sightingsMax);
    const waited = reactions.map(({ waitedSeconds }) => waitedSeconds);
    expect(waited).toEqual([...waited].sort((a, b) => b - a));
    const { monitorCheckedAt } = await db().project.findUniqueOrThrow({ where: { id: projectId } });
    const dueInMs = monitorCheckedAt!.getTime() + 300_000 - Date.now();
    expect(dueInMs).toBeLessThanOrEqual(10_000);
    expect((await checkNow(projectId)).reactions).toHaveLength(5);
    expect((await checkNow(projectId)).reactions).toEqual([]);
  });

  it("leaves an archived project alone", async () => {
    const projectId = await monitoredProject();
    await watched.approved(projectId);
    await call("project", "archive", { projectId });
    await refusal(checkNow(projectId), "PROJECT_ARCHIVED");
    expect(await dueProjects()).not.toContain(projectId);
  });
});

describe("reassigning", () => {
  it("uses up attempts: the last one fails the task, and the next one starts only when the processes are gone", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "reassign", retryBaseMs: 0 });
    const { taskId, worker, claim } = await runningTask(projectId, { maxAttempts: 2 });
    await ageSilence(claim.sessionId, hour);
    await checkNow(projectId);
    expect((await worker.step()).claims).toEqual([]);
    const gone = { sandboxId: claim.sandboxId, taskId, terminated: true, actor: reportOf(claim).actor };
    const [second] = (await worker.step([gone])).claims;
    expect(second).toMatchObject({ taskId, attempt: 2, failures: 1 });
    await ageSilence(second!.sessionId, hour);
    await checkNow(projectId);
    expect(await get(taskId)).toMatchObject({ status: "FAILED", statusReason: "SILENT", failures: 2 });
  });

  it("queues what is approved for the system where the project acts by itself, and nothing where people queue", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "reassign" });
    await call("project", "setAutonomousExecution", { projectId, enabled: true });
    const { taskId } = await watched.approved(projectId);
    await checkNow(projectId);
    expect(await get(taskId)).toMatchObject({ status: "QUEUED", statusReason: "PENDING_TIMEOUT", queuedBy: "system" });
    expect((await checkNow(projectId)).reactions).toEqual([]);
    await ageTask(taskId, 2 * hour);
    expect((await checkNow(projectId)).reactions, "in the queue it waits anew").toMatchObject([{ taskId }]);
    await call("project", "setAutonomousExecution", { projectId, enabled: false });
    expect((await get(taskId)).status).toBe("APPROVED");
  });

  it("does not fill the queue over its bound", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "reassign" });
    await call("project", "setAutonomousExecution", { projectId, enabled: true });
    await call("config", "update", { values: { maxQueueSize: 1 } });
    const ids = [(await watched.approved(projectId)).taskId, (await watched.approved(projectId)).taskId];
    await checkNow(projectId);
    expect((await Promise.all(ids.map(get))).map(({ status }) => status).sort()).toEqual(["APPROVED", "QUEUED"]);
    expect(await reactedIn(projectId)).toHaveLength(2);
    await call("config", "update", { values: { maxQueueSize: 10_000 } });
  });
});

describe("an escalation", () => {
  it("is a draft for a person that says what, how long, why and where", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "escalate" });
    const { id, key } = await newTask(projectId, { title: "Build *everything*" });
    await ageTask(id, 2 * hour);
    const { reactions } = await checkNow(projectId);
    const draft = await get(reactions[0]!.escalationTaskId!);
    expect(draft).toMatchObject({
      title: `Investigate stalled task: ${key}`,
      status: "DRAFT",
      priority: 3,
      tags: ["escalation", "stalled_task"],
      metadata: { stalledTaskId: id },
      createdBy: monitor,
    });
    expect(draft.description).toBe(
      [
        `${key} has been waiting in APPROVED for 2 hours.`,
        "> Build \\*everything\\*",
        "Why it is not running:",
        "- Autonomous mode is off. Start processing, or queue it yourself.",
        `[Open ${key}](/p/${key.split("-")[0]}/t/${key})`,
      ].join("\n\n"),
    );
    const [event] = (await eventsOf(projectId)).filter(({ type }) => type === "TASK_ESCALATED");
    expect(event).toMatchObject({ entityId: id, payload: { taskId: draft.id } });
  });

  it("names the session it is about, and leaves it running", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "escalate" });
    const { taskId, sessionId } = await watched.silent(projectId);
    const { reactions } = await checkNow(projectId);
    const draft = await get(reactions[0]!.escalationTaskId!);
    expect(draft.metadata).toEqual({ stalledTaskId: taskId, sessionId });
    expect(draft.description).toContain("attempt 1 of");
    expect(await get(taskId)).toMatchObject({ status: "RUNNING", session: { id: sessionId } });
  });

  it("is never escalated itself, only told of", async () => {
    const projectId = await monitoredProject({ escalationStrategy: "escalate" });
    const { id } = await newTask(projectId, { tags: ["escalation"] });
    await ageTask(id, 2 * hour);
    const { reactions } = await checkNow(projectId);
    expect(reactions).toMatchObject([{ taskId: id, strategy: "escalate" }]);
    expect(reactions[0]).not.toHaveProperty("escalationTaskId");
    expect(await db().task.count({ where: { projectId } })).toBe(1);
  });
});

const dueProjects = async (worker?: TestWorker) =>
  findDueProjects(db(), { workerId: (worker ?? (await steadyWorker())).id, instance: await readConfig(db()) });

describe("a check that is due", () => {
  it("is done once by several orchestrators that come at the same time, and then not before its time", async () => {
    const projectId = await monitoredProject({ checkIntervalSeconds: 60 });
    await watched.queued(projectId);
    expect(await dueProjects()).toContain(projectId);
    const done = await Promise.all(
      Array.from({ length: 8 }, () => inJournaledTransaction((tx) => checkWhenDue(tx, projectId))),
    );
    expect(done.filter((reactions) => reactions !== null)).toMatchObject([[{ kind: "pending" }]]);
    expect(await reactedIn(projectId)).toHaveLength(1);
    expect(await dueProjects()).not.toContain(projectId);
    await db()
      .$executeRaw`UPDATE "Project" SET "monitorCheckedAt" = now() - interval '61 seconds' WHERE id = ${projectId}::uuid`;
    expect(await dueProjects()).toContain(projectId);
  });

  it("is left to others by an orchestrator that has not been there for two leases without a break", async () => {
    const projectId = await monitoredProject();
    const worker = await newWorker();
    expect(await dueProjects(worker)).not.toContain(projectId);
    await ageWorker(worker.id, (2 * env.RUNBOARD_LEASE_MS) / 1000 + 1);
    expect(await dueProjects(worker)).toContain(projectId);
    await db().worker.update({ where: { id: worker.id }, data: { leaseUntil: new Date(0) } });
    expect(await dueProjects(worker)).not.toContain(projectId);
  });

  it("comes again ten seconds after an error, whatever the interval", async () => {
    const projectId = await monitoredProject({ checkIntervalSeconds: 86_400 });
    await makeDueSoon(db(), projectId, await readConfig(db()));
    expect(await dueProjects()).not.toContain(projectId);
    await db().$executeRaw`
      UPDATE "Project" SET "monitorCheckedAt" = "monitorCheckedAt" - interval '10 seconds' WHERE id = ${projectId}::uuid`;
    expect(await dueProjects()).toContain(projectId);
  });
});

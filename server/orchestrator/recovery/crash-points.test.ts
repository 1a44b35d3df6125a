import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_GRACE_MS: "500", RUNBOARD_POLL_MS: "100" }));

import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { eventsOf, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import type { ProgramRequest } from "../../sandbox/spawner/spawner-protocol.ts";
import type { Services } from "../services.ts";
import {
  ended,
  kill,
  leftOf,
  linesOf,
  projectOn,
  queueScript,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
} from "../testing.ts";

// Two orchestrators each, with real helpers, clones and processes.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
provideTestDatabase();
const bed = createGitTestbed("crash-points");
const scratch = mkdtempSync(join(tmpdir(), "runboard-crash-witness-"));
const running: RunningOrchestrator[] = [];
afterEach(async () => {
  for (const orchestrator of running.splice(0)) await orchestrator.stop();
});
afterAll(() => {
  bed.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Arranges that work stops at a point for good: there it calls `stop`, which never returns. */
type Hang = (services: Services, stop: () => Promise<never>) => void;
const gitArgument = ({ args }: ProgramRequest, name: string) => args.includes(name);

/** The work that stands before a step never comes to it. */
const beforeGit =
  (command: string, isIn: (program: ProgramRequest) => boolean = () => true): Hang =>
  (services, stop) => {
    const { run } = services.spawner;
    services.spawner.run = (program, signal) => {
      return gitArgument(program, command) && isIn(program) ? stop() : run(program, signal);
    };
  };
const inProject = (program: ProgramRequest) => program.env.GIT_DIR?.startsWith(bed.root) ?? false;

/** Each point where an orchestrator can die between two steps, and how many attempts the task then takes. */
const points: { name: string; attempts: number; hang: Hang }[] = [
  {
    name: "claimed, and nothing else",
    attempts: 2,
    hang: (services, stop) => {
      services.mirrors.locate = stop;
    },
  },
  { name: "with the clone half made", attempts: 2, hang: beforeGit("read-tree") },
  {
    name: "cloned, the command not started",
    attempts: 2,
    hang: (services, stop) => {
      services.sandbox.launch = stop;
    },
  },
  {
    name: "started, and nobody was told",
    attempts: 1,
    hang: (services, stop) => {
      const { launch } = services.sandbox;
      services.sandbox.launch = async (plan) => {
        await launch(plan);
        return stop();
      };
    },
  },
  {
    name: "started, the row still STARTING",
    attempts: 1,
    hang: (services, stop) => {
      services.sandbox.look = () => new Promise(() => {});
      services.turns.started = stop;
    },
  },
  {
    name: "recorded as running",
    attempts: 1,
    hang: (services, stop) => {
      const { started: record } = services.turns;
      services.sandbox.look = () => new Promise(() => {});
      services.turns.started = async (started) => {
        await record(started);
        return stop();
      };
    },
  },
  {
    name: "ended, its tree not looked after",
    attempts: 1,
    hang: (services, stop) => {
      services.sandbox.terminate = stop;
    },
  },
  {
    name: "its tree ended, the output not shipped",
    attempts: 1,
    hang: (services, stop) => {
      services.shipper.finish = stop;
    },
  },
  { name: "its output shipped, the work not collected", attempts: 1, hang: beforeGit("status") },
  { name: "the work half collected", attempts: 1, hang: beforeGit("commit-tree") },
  { name: "the work collected, not published", attempts: 1, hang: beforeGit("pack-objects") },
  { name: "its objects packed, none copied", attempts: 1, hang: beforeGit("unpack-objects") },
  { name: "the work half published", attempts: 1, hang: beforeGit("update-ref", inProject) },
  {
    name: "the work published, the result not settled",
    attempts: 1,
    hang: (services, stop) => {
      services.turns.settle = stop;
    },
  },
  {
    name: "the result settled, nobody was told",
    attempts: 1,
    hang: (services, stop) => {
      const { settle } = services.turns;
      services.turns.settle = async (report) => {
        await settle(report);
        return stop();
      };
    },
  },
  {
    name: "settled, the directory still there",
    attempts: 1,
    hang: (services, stop) => {
      services.sandbox.remove = stop;
    },
  },
];

describe("an orchestrator that dies", () => {
  it.each(points)("$name: the next one brings it to its one right end", async ({ attempts, hang, name }) => {
    const repository = bed.repository();
    const project = await projectOn(repository);
    const witness = join(scratch, `witness-${project.id}`);
    const mayEnd = `${witness}-may-end`;
    const wait = `while [ ! -e ${mayEnd} ]; do sleep 0.02; done`;
    const taskId = await queueScript(project.id, `echo run >> ${witness}; ${wait}; echo said; echo work > work.txt`);
    const isEarly = /start|record|clone|claim/.test(name);
    if (!isEarly) writeFileSync(mayEnd, "");

    let isReached = false;
    const stop = () => {
      isReached = true;
      return new Promise<never>(() => {});
    };
    const first = await startOrchestrator((services) => hang(services, stop));
    running.push(first);
    await eventually(() => isReached, 60_000);
    await kill(first);
    const second = await startOrchestrator();
    running.push(second);
    writeFileSync(mayEnd, "");
    const task = await ended(taskId);

    expect(task).toMatchObject({ status: "COMPLETED", attempts, failures: 0, losses: 0 });
    expect(linesOf(witness)).toEqual(["run"]);
    const sessions = await sessionsOf(taskId);
    expect(sessions.map(({ status }) => status)).toEqual(attempts === 1 ? ["SUCCEEDED"] : ["LOST", "SUCCEEDED"]);
    if (attempts === 2) expect(sessions[0]!.reason).toBe("NEVER_LAUNCHED");
    expect(task.resultBranch).toBe(sessions.at(-1)!.branch);
    expect(bed.plainGit(repository, "rev-parse", task.resultBranch!)).toBe(task.resultCommit);
    expect(bed.plainGit(repository, "show", `${task.resultCommit}:work.txt`)).toBe("work");
    const log = await db().logChunk.findMany({ where: { sessionId: sessions.at(-1)!.id }, orderBy: { offset: "asc" } });
    expect(Buffer.concat(log.map(({ bytes }) => bytes)).toString()).toBe("said\n");
    await eventually(async () => (await leftOf(taskId)).length === 0, 30_000);
    const types = (await eventsOf(project.id)).map(({ type }) => type);
    expect(types.filter((type) => type === "TASK_COMPLETED")).toHaveLength(1);
    expect(types.filter((type) => type === "SESSION_ENDED")).toHaveLength(attempts);
    expect(types.filter((type) => type === "SANDBOX_TERMINATED")).toHaveLength(attempts);
    expect(existsSync(join(env.RUNBOARD_HOME, "guards"))).toBe(false);
  });
});

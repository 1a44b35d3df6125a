import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_GRACE_MS: "300" }));

import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
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
import { sweep } from "./sweep.ts";

// Two orchestrators each, with real helpers, clones and processes.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
provideTestDatabase();
const bed = createGitTestbed("ghosts");
let orchestrator: RunningOrchestrator;
let scratch: string;

beforeAll(async () => {
  orchestrator = await startOrchestrator();
});
beforeEach(() => {
  scratch = mkdtempSync(join(bed.root, "scratch-"));
});
afterAll(async () => {
  await orchestrator.stop();
  bed.remove();
});

/** A task whose command says that it runs and goes on until told, or for ever. */
async function running(script = "", more: object = {}) {
  const repository = bed.repository();
  const project = await projectOn(repository, { retryBaseMs: 0 });
  const witness = join(scratch, "witness");
  const mayEnd = join(scratch, "may-end");
  const wait = `while [ ! -e ${mayEnd} ]; do sleep 0.02; done`;
  const taskId = await queueScript(project.id, `echo $$ >> ${witness}; ${script} ${wait}; echo work > work.txt`, {
    maxAttempts: 1,
    ...more,
  });
  orchestrator.services.turns.wake();
  await eventually(() => linesOf(witness).length > 0);
  const session = await eventually(async () => {
    const [row] = await sessionsOf(taskId);
    return row?.status === "RUNNING" && row;
  });
  const directory = join(home.sessions, session.id);
  return {
    repository,
    projectId: project.id,
    taskId,
    session,
    directory,
    witness,
    end: () => writeFileSync(mayEnd, ""),
  };
}
const firstOf = async (taskId: string) => (await sessionsOf(taskId))[0]!;
const tidied = (taskId: string) => eventually(async () => (await leftOf(taskId)).length === 0, 30_000);

describe("a session whose wrapper is killed", () => {
  it("is settled as lost with the reason, its command does not live on, and the next attempt ends well", async () => {
    const { taskId, session, end, witness } = await running();
    process.kill(session.sandbox!.pid!, "SIGKILL");
    await eventually(async () => (await firstOf(taskId)).status === "LOST");
    expect(await firstOf(taskId)).toMatchObject({
      reason: "PROCESS_VANISHED",
      message: `The session's wrapper (process ${session.sandbox!.pid}) is gone and left no exit status.`,
    });
    end();
    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", losses: 1, failures: 0, attempts: 2 });
    expect(linesOf(witness)).toHaveLength(2);
    await tidied(taskId);
  });
});

describe("a session whose exit status is there while its processes live on", () => {
  it("is settled by the status, and what it left running is ended", async () => {
    const { taskId, end } = await running(`setsid sh -c 'trap "" TERM; sleep 60' & `);
    end();
    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED" });
    expect(await firstOf(taskId)).toMatchObject({ status: "SUCCEEDED", reason: "EXIT_ZERO" });
    await tidied(taskId);
  });
});

describe("a clone that is deleted", () => {
  it("while its command runs ends the session with the reason; the command does not work on for nobody", async () => {
    const { taskId, directory } = await running();
    rmSync(sessionPaths(directory).work, { recursive: true });
    expect(await ended(taskId)).toMatchObject({
      status: "FAILED",
      statusReason: "CLONE_MISSING",
      lastError: "The session's clone was deleted while it ran.",
    });
    expect(await firstOf(taskId)).toMatchObject({ status: "FAILED", reason: "CLONE_MISSING" });
    await tidied(taskId);
  });

  it("with the whole directory ends the session, too", async () => {
    const { taskId, directory } = await running();
    rmSync(directory, { recursive: true });
    expect(await ended(taskId)).toMatchObject({ status: "FAILED", statusReason: "CLONE_MISSING" });
    await tidied(taskId);
  });

  it("and comes back, as when a program replaces it, is forgiven", async () => {
    const { taskId, directory, end } = await running();
    const { work } = sessionPaths(directory);
    renameSync(work, `${work}-aside`);
    await eventually(() => !existsSync(work));
    renameSync(`${work}-aside`, work);
    end();
    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED" });
    await tidied(taskId);
  });

  it("by its own command, which then ends with 0, is no success", async () => {
    const repository = bed.repository();
    const project = await projectOn(repository);
    const taskId = await queueScript(project.id, 'rm -rf "$PWD"', { maxAttempts: 1 });
    orchestrator.services.turns.wake();
    expect(await ended(taskId)).toMatchObject({ status: "FAILED", statusReason: "CLONE_MISSING" });
    expect((await firstOf(taskId)).message).toMatch(/was deleted, and its work with it/);
    await tidied(taskId);
  });
});

describe("a repository that changes under a session", () => {
  it("and is gone when the work is collected: the reason says so and no attempt is wasted", async () => {
    const { taskId, repository, end } = await running("", { maxAttempts: 3 });
    rmSync(repository, { recursive: true });
    end();
    expect(await ended(taskId)).toMatchObject({
      status: "FAILED",
      attempts: 1,
      statusReason: "REPOSITORY",
      lastError: "The project's Git repository is not where it was any more.",
    });
    await tidied(taskId);
  });

  it("and is gone before it starts: the same", async () => {
    const repository = bed.repository();
    const project = await projectOn(repository);
    rmSync(repository, { recursive: true });
    const taskId = await queueScript(project.id, "true");
    orchestrator.services.turns.wake();
    expect(await ended(taskId)).toMatchObject({
      status: "FAILED",
      statusReason: "REPOSITORY",
      lastError: "The project's Git repository is not where it was any more.",
    });
    await tidied(taskId);
  });

  it("whose base branch is deleted between two attempts fails the second with the branch's name", async () => {
    const { taskId, session, repository } = await running("", { maxAttempts: 3 });
    bed.plainGit(repository, "checkout", "-q", "-b", "other");
    bed.plainGit(repository, "branch", "-D", "main");
    process.kill(session.sandbox!.pid!, "SIGKILL");
    expect(await ended(taskId)).toMatchObject({
      status: "FAILED",
      attempts: 2,
      statusReason: "REPOSITORY",
      lastError: 'The repository has no branch "main" any more.',
    });
    await tidied(taskId);
  });

  it("whose base branch is moved by force keeps the work on what it started from", async () => {
    const { taskId, repository, end } = await running();
    const start = bed.plainGit(repository, "rev-parse", "main");
    bed.plainGit(repository, "commit", "-q", "--amend", "-m", "other", "--allow-empty");
    end();
    const task = await ended(taskId);
    expect(task.status).toBe("COMPLETED");
    expect(bed.plainGit(repository, "rev-parse", `${task.resultBranch}^`)).toBe(start);
    await tidied(taskId);
  });

  it("and already has the attempt's branch keeps it: the work is not written over somebody else's", async () => {
    const { taskId, session, repository, end } = await running();
    const theirs = bed.plainGit(repository, "rev-parse", "main");
    bed.plainGit(repository, "branch", session.branch);
    end();
    expect(await ended(taskId)).toMatchObject({
      status: "FAILED",
      statusReason: "COMMIT_FAILED",
      lastError: `Somebody else has made the branch ${session.branch}: it stands at ${theirs}. The work was not written over it.`,
    });
    expect(bed.plainGit(repository, "rev-parse", session.branch)).toBe(theirs);
    await tidied(taskId);
  });

  it("from which a dependency's result was deleted and cleaned up says so", async () => {
    const { taskId, repository, end } = await running();
    const project = await db().task.findUniqueOrThrow({ where: { id: taskId } });
    end();
    const first = await ended(taskId);
    bed.plainGit(repository, "branch", "-D", first.resultBranch!);
    bed.plainGit(repository, "reflog", "expire", "--expire=now", "--all");
    bed.plainGit(repository, "gc", "-q", "--prune=now");
    const next = await queueScript(project.projectId, "true", { dependsOn: [taskId] });
    orchestrator.services.turns.wake();
    expect(await ended(next)).toMatchObject({ status: "FAILED", statusReason: "REPOSITORY" });
    expect((await firstOf(next)).message).toMatch(/The result of a dependency is not in the repository any more/);
  });
});

describe("after a restart", () => {
  it("a sandbox whose directory is gone with its processes is settled as lost", async () => {
    const { taskId, directory, end, session } = await running();
    await kill(orchestrator);
    process.kill(-session.sandbox!.pid!, "SIGKILL");
    rmSync(directory, { recursive: true });
    end();
    orchestrator = await startOrchestrator();
    expect(await ended(taskId)).toMatchObject({ status: "COMPLETED", attempts: 2, losses: 1 });
    expect(await firstOf(taskId)).toMatchObject({ status: "LOST", reason: "PROCESS_VANISHED" });
    await tidied(taskId);
  });
});

describe("sweeping", () => {
  const stray = (environment: Record<string, string>) => {
    const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore", env: environment as NodeJS.ProcessEnv });
    child.unref();
    return new Promise<void>((resolve) => child.once("exit", () => resolve()));
  };

  it("ends processes of this home that no row speaks of, with and without a directory, and removes what they had", async () => {
    const [withDirectory, without] = [uuid(), uuid()];
    const directory = join(home.sessions, withDirectory);
    mkdirSync(join(directory, "tmp"), { recursive: true });
    const gone = [withDirectory, without].map((id) =>
      stray({ RUNBOARD_SESSION: id, TMPDIR: `${home.sessions}/${id}/tmp` }),
    );
    await sweep(orchestrator.services);
    await Promise.all(gone);
    expect(existsSync(directory)).toBe(false);
  });

  it("leaves alone another Runboard's processes, sessions with a row, and names that are no session's", async () => {
    const { taskId, directory, end } = await running();
    const foreign = uuid();
    let isForeignGone = false;
    void stray({ RUNBOARD_SESSION: foreign, TMPDIR: `${tmpdir()}/elsewhere/${foreign}/tmp` }).then(() => {
      isForeignGone = true;
    });
    mkdirSync(join(home.sessions, "lost+found"), { recursive: true });
    await sweep(orchestrator.services);
    expect(existsSync(directory)).toBe(true);
    expect(existsSync(join(home.sessions, "lost+found"))).toBe(true);
    expect(isForeignGone).toBe(false);
    end();
    expect((await ended(taskId)).status).toBe("COMPLETED");
    rmSync(join(home.sessions, "lost+found"), { recursive: true });
  });

  it("does not follow an id that is a path", async () => {
    const victim = mkdtempSync(join(tmpdir(), "runboard-victim-"));
    const path = `../../${victim.split("/").at(-1)}`;
    let isGone = false;
    void stray({ RUNBOARD_SESSION: path, TMPDIR: `${home.sessions}/${path}/` }).then(() => {
      isGone = true;
    });
    await sweep(orchestrator.services);
    expect([existsSync(victim), isGone]).toEqual([true, false]);
    rmSync(victim, { recursive: true });
  });

  it("removes the mandates of helpers that are gone, and no other", async () => {
    mkdirSync(home.guards, { recursive: true });
    const write = (name: string, text: string) => writeFileSync(join(home.guards, name), text);
    write("gone", JSON.stringify({ bootId: "boot", pid: 1, startTime: "0" }));
    write("half", "{");
    const { identify } = await import("../../process-identity.ts");
    write("alive", JSON.stringify(identify(process.pid)));
    await sweep(orchestrator.services);
    expect(["gone", "half", "alive"].map((name) => existsSync(join(home.guards, name)))).toEqual([false, true, true]);
    expect(readFileSync(join(home.guards, "half"), "utf8")).toBe("{");
    rmSync(home.guards, { recursive: true });
  });
});

describe("a configuration that is changed while a session runs", () => {
  it("decides how its end is judged, before the lease is renewed", async () => {
    const mayEnd = join(scratch, "may-fail");
    const { id: projectId } = await projectOn(bed.repository());
    const script = `while [ ! -e ${mayEnd} ]; do sleep 0.02; done; exit 1`;
    const taskId = await queueScript(projectId, script, { maxAttempts: 2 });
    orchestrator.services.turns.wake();
    await eventually(async () => (await sessionsOf(taskId))[0]?.status === "RUNNING");
    await call("config", "update", { values: { retryBaseMs: 3_600_000, retryCapMs: 3_600_000 } });
    writeFileSync(mayEnd, "");
    const task = await eventually(async () => {
      const row = await db().task.findUniqueOrThrow({ where: { id: taskId } });
      return row.availableAt !== null && row;
    });
    expect(task.availableAt!.getTime() - Date.now()).toBeGreaterThan(1_500_000);
    await call("config", "update", { values: { retryBaseMs: 10_000, retryCapMs: 300_000 } });
    await call("task", "cancel", { taskId });
    await tidied(taskId);
  });
});

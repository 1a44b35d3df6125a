import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { machineClockMs } from "../../machine-clock.ts";
import { isAlive, type ProcessIdentity } from "../../process-identity.ts";
import { eventually } from "../eventually.ts";
import { lookAtSession } from "../host-sandbox.ts";
import { createProcessSandbox } from "../process-sandbox.ts";
import { createSessionDirectory } from "../session-directory.ts";
import { endSession } from "../tree/end-session.ts";
import { type Spawner, startSpawner } from "./spawner.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin";
let root: string;
let spawner: Spawner;
let count = 0;
const started: { directory: string; identity: ProcessIdentity }[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "runboard-guard-"));
});
afterEach(async () => {
  await spawner.guard(null).catch(() => {});
  await spawner.close();
  for (const { directory, identity } of started.splice(0)) await endSession({ directory, identity, graceMs: 0 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const mandate = () => join(root, "guards", `${count}`);
const guardFor = (sessions: Session[], leftMs: number) => ({
  untilMs: machineClockMs() + leftMs,
  mandate: mandate(),
  sessions: sessions.map(({ sessionId, directory, identity }) => ({ sessionId, directory, identity })),
});

type Session = Awaited<ReturnType<typeof launch>>;
async function launch(script = "sleep 60") {
  const sessionId = `guarded-${process.pid}-${++count}`;
  const directory = join(root, sessionId);
  createSessionDirectory(directory);
  const { identity } = await createProcessSandbox(spawner, { path: PATH }).launch({
    sessionId,
    directory,
    command: "sh",
    args: ["-c", script],
    workingDirectory: null,
    environment: {},
  });
  const session = { sessionId, directory, identity };
  started.push(session);
  return session;
}

test("sessions live until the moment named, and every part of them ends when it passes", async () => {
  spawner = await startSpawner();
  const one = await launch("trap '' TERM; setsid sleep 60 & sleep 60");
  await spawner.guard(guardFor([one], 10_000));
  const later = await launch();
  const until = guardFor([one, later], 700);
  await spawner.guard(until);
  await eventually(() => !isAlive(one.identity) && !isAlive(later.identity));
  expect(machineClockMs()).toBeGreaterThanOrEqual(until.untilMs);
  for (const { directory, identity } of [one, later])
    expect(await lookAtSession(directory, identity)).toEqual({ kind: "lease-ended" });
  expect(await endSession({ ...one, graceMs: 0 })).toEqual([]);
});

test("a session launched after the last order is ended with the others, and one that had ended keeps its exit status", async () => {
  spawner = await startSpawner();
  const ended = await launch("exit 3");
  await eventually(async () => (await lookAtSession(ended.directory, ended.identity)).kind === "exited");
  await spawner.guard(guardFor([ended], 600));
  const late = await launch();
  await eventually(() => !isAlive(late.identity));
  expect(await lookAtSession(late.directory, late.identity)).toEqual({ kind: "lease-ended" });
  expect(await lookAtSession(ended.directory, ended.identity)).toEqual({ kind: "exited", exitCode: 3 });
});

test("a session that has removed its launch ticket is ended with the others", async () => {
  spawner = await startSpawner();
  const session = await launch("rm ../launched; touch gone; sleep 60");
  await eventually(() => existsSync(join(session.directory, "work", "gone")));
  await spawner.guard(guardFor([session], 300));
  await eventually(() => !isAlive(session.identity));
  expect(await lookAtSession(session.directory, session.identity)).toEqual({ kind: "lease-ended" });
});

test("after the moment nothing is launched, until a later one is named; what was prepared before never is", async () => {
  spawner = await startSpawner();
  const prepared = join(root, `prepared-${process.pid}`);
  createSessionDirectory(prepared);
  const waiting = { sessionId: `prepared-${process.pid}`, directory: prepared, identity: null };
  await spawner.guard({ untilMs: machineClockMs(), mandate: mandate(), sessions: [waiting] });
  await expect(launch()).rejects.toMatchObject({ code: "LEASE_ENDED" });
  await eventually(() => readdirSync(prepared).includes("launched"));
  await spawner.guard(guardFor([], 10_000));
  const fresh = await launch();
  expect(isAlive(fresh.identity)).toBe(true);
  expect(await lookAtSession(prepared, null)).toEqual({ kind: "never-launched" });
});

test("without a guard sessions outlive the orchestrator; released ones do, too", async () => {
  spawner = await startSpawner();
  const session = await launch();
  await spawner.guard(guardFor([session], 500));
  await spawner.guard(null);
  expect(existsSync(mandate())).toBe(false);
  const helper = spawner.helperPid() as number;
  await spawner.close();
  await eventually(() => !exists(helper));
  expect(isAlive(session.identity)).toBe(true);
});

test("the helper of a dead orchestrator stays until the moment, ends its sessions and goes", async () => {
  spawner = await startSpawner();
  const session = await launch();
  await spawner.guard(guardFor([session], 800));
  const helper = spawner.helperPid() as number;
  await spawner.close();
  expect(isAlive(session.identity)).toBe(true);
  await eventually(() => !exists(helper));
  expect(isAlive(session.identity)).toBe(false);
  expect(existsSync(mandate())).toBe(false);
});

test("the helper of a dead orchestrator leaves its sessions alone once somebody has taken them over", async () => {
  spawner = await startSpawner();
  const session = await launch();
  const order = guardFor([session], 1_000);
  await spawner.guard(order);
  const helper = spawner.helperPid() as number;
  await spawner.close();
  rmSync(order.mandate);
  await eventually(() => !exists(helper));
  expect(machineClockMs()).toBeLessThan(order.untilMs);
  expect(isAlive(session.identity)).toBe(true);
});

test("a helper that was stopped itself reads what it was told meanwhile before it ends anybody", async () => {
  spawner = await startSpawner();
  const session = await launch();
  await spawner.guard(guardFor([session], 500));
  const helper = spawner.helperPid() as number;
  process.kill(helper, "SIGSTOP");
  const told = spawner.guard(guardFor([session], 60_000));
  const until = machineClockMs() + 1_500;
  await eventually(() => machineClockMs() > until);
  process.kill(helper, "SIGCONT");
  await told;
  // The helper answers in order: what it had to decide at waking is decided.
  await spawner.run({ command: "sleep", args: ["0.6"], env: { PATH }, timeoutMs: 5_000 });
  expect(isAlive(session.identity)).toBe(true);
});

test("a helper that takes a dead one's place gets the guard first of all", async () => {
  spawner = await startSpawner();
  const session = await launch();
  await spawner.guard(guardFor([session], 1_000));
  process.kill(spawner.helperPid() as number, "SIGKILL");
  await eventually(() => spawner.helperPid() !== null);
  await eventually(() => !isAlive(session.identity));
  expect(await lookAtSession(session.directory, session.identity)).toEqual({ kind: "lease-ended" });
});

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

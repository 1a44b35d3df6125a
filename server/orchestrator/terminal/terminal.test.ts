import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_GRACE_MS: "500", RUNBOARD_POLL_MS: "100" }));

import { owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { env, home } from "@/lib/env.ts";
import { issueTicket } from "@/lib/terminal/ticket.ts";
import { call, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGateway } from "../../gateway.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { terminalAddress } from "../../terminal-address.ts";
import { ownerToken, type Served, silence, startWebServer } from "../../web/testing.ts";
import { ended, kill, leftOf, projectOn, type RunningOrchestrator, sessionsOf, startOrchestrator } from "../testing.ts";
import { startInteractive, type TestViewer, viewTerminal } from "./testing.ts";

// Real tmux, real pseudo-terminals, a real orchestrator behind a real gateway.
vi.setConfig({ testTimeout: 150_000, hookTimeout: 60_000 });
provideTestDatabase();
const bed = createGitTestbed("terminal");
const running: RunningOrchestrator[] = [];
const viewers: TestViewer[] = [];
const run = promisify(execFile);
const gateway = createGateway({ pollMs: 100, listen: silence });
let served: Served;

beforeAll(async () => {
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  served = await startWebServer({ gateway });
});
afterEach(async () => {
  for (const { socket } of viewers.splice(0)) socket.disconnect();
  for (const { id } of await db().task.findMany({ where: { status: "RUNNING" } }))
    await call("task", "cancel", { taskId: id });
  for (const orchestrator of running.splice(0)) {
    await eventually(() => orchestrator.services.held.size === 0 || orchestrator.isGivenUp);
    await orchestrator.stop();
  }
});
afterAll(async () => {
  await served.web.stop(0);
  bed.remove();
});

const shell = { command: "sh", args: ["-i"], environment: { PS1: "$ " } };

async function orchestrate(): Promise<RunningOrchestrator> {
  const orchestrator = await startOrchestrator();
  running.push(orchestrator);
  return orchestrator;
}

async function openedBy(sessionId: string, size = { columns: 100, rows: 30 }): Promise<TestViewer> {
  const viewer = await viewTerminal(served, sessionId);
  viewers.push(viewer);
  await eventually(async () => (await viewer.ask("openTerminal", size)).ok);
  return viewer;
}

/** tmux lets a program know of a second change of size a quarter of a second after the first. */
const onceSized = (size: string, command: string): string =>
  `until [ "$(stty size)" = "${size}" ]; do sleep 0.1; done; ${command}\r`;

const tmux = (sessionId: string, ...args: string[]) =>
  run("tmux", ["-S", join(home.sessions, sessionId, "terminal", "tty"), ...args]);

it("a person types in a browser, another looks on and takes over, a third is at a terminal", async () => {
  await orchestrate();
  const project = await projectOn(bed.repository());
  const { taskId, sessionId } = await startInteractive(project.id, shell);
  const first = await openedBy(sessionId);
  await first.sees("$ ");
  expect(first.state()).toMatchObject({ typist: null, canType: false, viewers: 1 });
  await first.ask("terminalInput", { data: "echo un''taken\r" });
  await first.ask("takeTerminal");
  await eventually(() => first.state()?.canType);
  expect(first.state()).toMatchObject({ columns: 100, rows: 30, typist: "Owner" });
  await first.ask("terminalInput", { data: onceSized("30 100", "echo by''-first") });
  await first.sees("by-first");
  expect(first.shown()).not.toContain("untaken");

  const second = await openedBy(sessionId, { columns: 60, rows: 20 });
  await second.sees("by-first");
  await eventually(() => second.state()?.viewers === 2 && second.state()?.columns === 100);
  await second.ask("takeTerminal");
  await eventually(() => second.state()?.canType && first.state()?.canType === false);
  expect(first.state()).toMatchObject({ columns: 60, rows: 20, typist: "Owner", viewers: 2 });
  await second.ask("terminalInput", { data: onceSized("20 60", "echo by''-second") });
  for (const viewer of [first, second]) await viewer.sees("by-second");

  await tmux(sessionId, "send-keys", "-t", "terminal", "echo by''-third", "Enter");
  for (const viewer of [first, second]) await viewer.sees("by-third");

  await second.ask("terminalInput", { data: "echo done > made; exit 0\r" });
  await eventually(() => first.closed()?.mayReopen === false && second.closed()?.mayReopen === false);
  const task = await ended(taskId);
  const [session] = await sessionsOf(taskId);
  expect(session).toMatchObject({ type: "interactive", status: "SUCCEEDED", exitCode: 0 });
  expect(task.resultCommit).toBeTruthy();
  const { items } = await call<{ items: { text: string }[] }>("session", "logs", {
    sessionId,
    after: 0,
    waitSeconds: 0,
  });
  const log = items.map(({ text }) => text).join("");
  for (const words of ["by-first", "by-second", "by-third"]) expect(log).toContain(words);
  expect(await eventually(async () => (await leftOf(taskId)).length === 0)).toBe(true);
});

it("who asks to type before it has quite been let in is heard", async () => {
  const orchestrator = await orchestrate();
  const project = await projectOn(bed.repository());
  const { taskId, sessionId } = await startInteractive(project.id, shell);
  await openedBy(sessionId);
  const ticket = await issueTicket(db(), sessionId, owner.actor);
  const pipe = connect(terminalAddress(orchestrator.services.worker.id));
  let heard = "";
  pipe.on("data", (chunk) => {
    heard += chunk;
  });
  for (const frame of [{ type: "open", ticket, columns: 100, rows: 30 }, { type: "take" }])
    pipe.write(`${JSON.stringify(frame)}\n`);
  await eventually(() => heard.includes('"canType":true'));
  pipe.write(`${JSON.stringify({ type: "input", data: "exit 0\r" })}\n`);
  await eventually(() => heard.includes('{"type":"ended"}'));
  await ended(taskId);
});

it("what is typed the moment one may is the program's, not the client's", async () => {
  await orchestrate();
  const project = await projectOn(bed.repository());
  const { sessionId } = await startInteractive(project.id, shell);
  const viewer = await openedBy(sessionId);
  for (const round of [1, 2, 3, 4, 5]) {
    let isTyped = false;
    viewer.socket.on("terminalState", ({ canType }) => {
      if (canType && !isTyped) void viewer.ask("terminalInput", { data: `echo round''-${round}\r` });
      isTyped ||= canType;
    });
    await viewer.ask("takeTerminal");
    await viewer.sees(`round-${round}`);
    // What the client's own terminal echoes would stand before what tmux draws.
    expect(viewer.shown().slice(0, 2)).toBe("\x1b[");
    viewer.socket.removeAllListeners("terminalState");
    await viewer.ask("releaseTerminal");
  }
  expect(viewer.closed()).toBeNull();
});

it("who types when an orchestrator is killed goes on under the next one, in the same shell, and sees what scrolled away", async () => {
  const first = await orchestrate();
  const project = await projectOn(bed.repository());
  const { taskId, sessionId } = await startInteractive(project.id, shell);
  const viewer = await openedBy(sessionId);
  await viewer.ask("takeTerminal");
  await eventually(() => viewer.state()?.canType);
  await viewer.ask("terminalInput", { data: "kept=42; for n in $(seq 1 60); do echo line-$n; done\r" });
  await viewer.sees(/line-60[^0-9]*\$ /);
  await kill(first);
  running.splice(running.indexOf(first), 1);
  expect((await eventually(() => viewer.closed())).mayReopen).toBe(true);
  expect(await viewer.ask("terminalInput", { data: "x" })).toMatchObject({ ok: false, code: "ILLEGAL_TRANSITION" });
  expect(await viewer.ask("openTerminal", { columns: 100, rows: 30 })).toMatchObject({
    ok: false,
    code: "UNAVAILABLE",
  });
  await orchestrate();
  await eventually(async () => (await viewer.ask("openTerminal", { columns: 100, rows: 30 })).ok, 20_000);
  await viewer.sees(/line-3\r\n.*line-60/s);
  expect(viewer.state()).toMatchObject({ typist: null, canType: false });
  await viewer.ask("takeTerminal");
  await eventually(() => viewer.state()?.canType);
  await viewer.ask("terminalInput", { data: "echo kept-$kept\r" });
  await viewer.sees("kept-42");
  await viewer.ask("terminalInput", { data: "exit 3\r" });
  await eventually(async () =>
    (await sessionsOf(taskId)).some(({ status, exitCode }) => status === "FAILED" && exitCode === 3),
  );
  expect(await sessionsOf(taskId)).toHaveLength(1);
});

it("a viewer that stops reading is waited for and then redrawn: what it missed is kept nowhere", async () => {
  await orchestrate();
  const project = await projectOn(bed.repository());
  const { sessionId } = await startInteractive(project.id, shell);
  const [slow, typist] = [await openedBy(sessionId), await openedBy(sessionId)];
  await typist.ask("takeTerminal");
  await eventually(() => typist.state()?.canType);
  const connection = (
    slow.socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }
  ).ws._socket;
  connection.pause();
  await typist.ask("terminalInput", { data: "yes $(seq 1 40) | head -c 20000000; echo at''-last\r" });
  await typist.sees("at-last", 40_000);
  expect(gateway.backlogBytes()).toBeLessThan(1_000_000);
  connection.resume();
  await slow.sees("at-last", 20_000);
  expect(slow.shown().length).toBeLessThan(5_000_000);
});

it("nothing of the orchestrator's environment gets in, no time limit ends it, and a cancel leaves nothing of it", async () => {
  await orchestrate();
  const project = await projectOn(bed.repository());
  const { taskId, sessionId } = await startInteractive(project.id, shell, { timeoutSeconds: 1 });
  const viewer = await openedBy(sessionId);
  await viewer.ask("takeTerminal");
  await eventually(() => viewer.state()?.canType);
  const server = (await tmux(sessionId, "show-environment", "-g")).stdout;
  const session = (await tmux(sessionId, "show-environment", "-t", "terminal")).stdout;
  for (const name of ["DATABASE_URL", "RUNBOARD_TOKEN", "RUNBOARD_HOME", "VITEST"])
    expect(server + session).not.toMatch(new RegExp(`^${name}=`, "m"));
  await viewer.ask("terminalInput", { data: "echo $TERM:$TMUX:$RUNBOARD_TERMINAL:$RUNBOARD_TASK_KEY\r" });
  await viewer.sees(/tmux-256color:::[A-Z0-9]+-\d+/);
  const [{ startedAt } = { startedAt: new Date() }] = await sessionsOf(taskId);
  await eventually(() => Date.now() - startedAt.getTime() > 2_500);
  await call("task", "cancel", { taskId });
  expect((await eventually(() => viewer.closed())).mayReopen).toBe(false);
  expect(await eventually(async () => (await leftOf(taskId)).length === 0)).toBe(true);
  expect((await sessionsOf(taskId)).map(({ status, reason }) => [status, reason])).toEqual([
    ["CANCELLED", "CANCELLED_BY_PERSON"],
  ]);
});

it("a task's PATH is for its command alone: a file of the repository stands in for no program beside the terminal", async () => {
  await orchestrate();
  const ran = join(bed.root, "ran");
  const repository = bed.repository({ "tools/mkdir": `#!/bin/sh\n: > ${ran}\nexit 1\n` });
  const tools = join(repository, "tools");
  chmodSync(join(tools, "mkdir"), 0o755);
  for (const name of ["mkfifo", "sed", "cat", "tmux"]) cpSync(join(tools, "mkdir"), join(tools, name));
  bed.commit(repository, {});
  const project = await projectOn(repository);
  const spec = { command: "sh", args: ["-c", "echo found-by:$PATH; read -r _"] };
  const environment = { PATH: "tools:/usr/bin:/bin" };
  const { taskId, sessionId } = await startInteractive(project.id, { ...spec, environment });
  const viewer = await openedBy(sessionId);
  await viewer.sees("found-by:tools:/usr/bin:/bin");
  expect((await tmux(sessionId, "show-environment", "-g")).stdout).not.toMatch(/^PATH=tools/m);
  expect(existsSync(ran)).toBe(false);
  await viewer.ask("takeTerminal");
  await eventually(() => viewer.state()?.canType);
  await viewer.ask("terminalInput", { data: "\r" });
  await ended(taskId);
  expect(existsSync(ran)).toBe(false);
});

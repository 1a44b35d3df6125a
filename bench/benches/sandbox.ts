import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBwrapSandbox } from "../../server/sandbox/bwrap/bwrap-sandbox.ts";
import { probeBwrap } from "../../server/sandbox/bwrap/probe-bwrap.ts";
import type { Relay, Sandbox } from "../../server/sandbox/port.ts";
import { createProcessSandbox } from "../../server/sandbox/process-sandbox.ts";
import { createSessionDirectory } from "../../server/sandbox/session-directory.ts";
import { type Spawner, startSpawner } from "../../server/sandbox/spawner/spawner.ts";
import { prepare } from "../../server/sandbox/working-copy/working-copy.ts";
import { createCallbackServer } from "../../server/web/callback-server.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { medianOf, takeTurns, timed } from "../rounds.ts";
import { onStage, type Stage } from "../stage.ts";

// What confinement costs a session: clone, confined start and end against the same by hand, and each provider's start alone.

const path = process.env.PATH ?? "/usr/bin:/bin";
const environment = { PATH: path, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", HOME: "/nowhere" };
const identity = ["-c", "gc.auto=0", "-c", "user.name=Bench", "-c", "user.email=bench@localhost"];

export function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const [files, times] = isSmoke ? [20, 1] : [10_000, 5];
  return onStage(async (stage) => {
    const repository = makeRepository(stage, files);
    const spawner = await startSpawner();
    stage.atEnd(() => spawner.close());
    const sandboxes = await provide(stage, spawner);
    if (sandboxes === null) return [];
    const confined = (): Promise<number> =>
      timed(() => session(stage, { spawner, sandbox: sandboxes.bwrap, repository }));
    const withClone = await takeTurns(
      {
        ours: () => medianOf(times, confined),
        theirs: () => medianOf(times, () => timed(async () => byHand(stage, repository))),
      },
      rounds,
    );
    const alone = async (sandbox: Sandbox) => timed(() => session(stage, { spawner, sandbox, repository: null }));
    const starts = await takeTurns(
      {
        bwrap: () => medianOf(times * 4, () => alone(sandboxes.bwrap)),
        unreported: () => medianOf(times * 4, () => alone(sandboxes.unreported)),
        process: () => medianOf(times * 4, () => alone(sandboxes.process)),
      },
      rounds,
    );
    const added = (some: readonly number[]) => some.map((ms, round) => ms - starts.process[round]!);
    return [
      {
        goal: "P10",
        what: `clone of ${files} files, confined start and end of a command that does nothing`,
        unit: "ms",
        ours: withClone.ours,
        theirs: { name: "git clone --shared; bwrap true", values: withClone.theirs },
        max: 1.5,
      },
      { goal: "P10", what: "launch to end as a process", unit: "ms", ours: starts.process, max: null },
      { goal: "P10", what: "what bwrap adds to it", unit: "ms", ours: added(starts.unreported), max: null },
      {
        goal: "P10",
        what: "what bwrap with the way to report adds to it",
        unit: "ms",
        ours: added(starts.bwrap),
        max: null,
      },
    ];
  });
}

function makeRepository({ directory }: Stage, files: number): string {
  const repository = join(directory, "repository");
  mkdirSync(repository);
  for (let n = 0; n < files; n++) {
    if (n % 100 === 0) mkdirSync(join(repository, `d${n / 100}`));
    writeFileSync(join(repository, `d${Math.floor(n / 100)}`, `f${n}.txt`), `file ${n}\n`.repeat(20));
  }
  const git = (...args: string[]) =>
    execFileSync("git", [...identity, ...args], { cwd: repository, env: environment as never });
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  git("gc", "-q");
  return repository;
}

/** Null where bubblewrap cannot be used: then there is nothing to measure. */
async function provide({ directory, atEnd }: Stage, spawner: Spawner) {
  const shared = join(directory, "confinement");
  mkdirSync(shared);
  const tools = await probeBwrap(spawner, { path, home: join(directory, "home"), directory: shared });
  if ("problem" in tools) {
    console.log(`Nothing is measured: ${tools.problem}`);
    return null;
  }
  const callback: Relay = { port: 39_000, socket: join(directory, "callback", "web.sock") };
  const server = createCallbackServer({}, (_, response) => void response.end());
  await server.listen(callback.socket);
  atEnd(() => server.close());
  return {
    bwrap: createBwrapSandbox(spawner, { path, tools, callback }),
    unreported: createBwrapSandbox(spawner, { path, tools, callback: null }),
    process: createProcessSandbox(spawner, { path }),
  };
}

interface Given {
  spawner: Spawner;
  sandbox: Sandbox;
  /** Null: an empty directory in place of a clone. */
  repository: string | null;
}
let count = 0;

/** As an orchestrator does it: clone, launch, hear of the end. */
async function session({ directory }: Stage, { spawner, sandbox, repository }: Given): Promise<void> {
  const sessionId = `bench-${process.pid}-${++count}`;
  const own = join(directory, sessionId);
  const { work } = await createSessionDirectory(own);
  const request = { mergeCommits: [], baseBranch: "main", branch: `runboard/B-${count}/a1`, directory: work };
  if (repository !== null) await prepare(spawner, { ...request, gitDir: join(repository, ".git") });
  const ended = new Promise<void>((resolve) => sandbox.onExit((id) => id === sessionId && resolve()));
  await sandbox.launch({
    sessionId,
    directory: own,
    command: "true",
    args: [],
    workingDirectory: null,
    environment: {},
  });
  await ended;
}

function byHand({ directory }: Stage, repository: string): void {
  const clone = join(directory, `by-hand-${++count}`);
  execFileSync("git", ["clone", "-q", "--shared", repository, clone], { env: environment as never });
  const shown = ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", clone, clone, "--chdir", clone];
  execFileSync("bwrap", ["--unshare-all", "--die-with-parent", "--new-session", ...shown, "true"], {
    env: environment as never,
  });
}

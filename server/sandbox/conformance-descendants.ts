import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ProcessIdentity } from "../process-identity.ts";
import { eventually } from "./eventually.ts";
import type { Sandbox } from "./port.ts";
import { createSessionDirectory } from "./session-directory.ts";

export interface DescendantsUnderTest {
  sandbox: Sandbox;
  /** A second one that knows nothing of what the first has started, as after a restart. */
  successor(): Sandbox;
  /** Ends whatever process the provider starts sessions from, with SIGKILL, as a crash would. */
  crash(): void;
  close(): Promise<void>;
}

interface Given {
  /** Whether this machine has what it needs; skipped where not. */
  isHere: boolean;
  /** Whether a descendant without parents, session, environment and output is found, and also without the wrapper. */
  findsShed: boolean;
  findsShedWithoutWrapper: boolean;
  /** Called once. */
  make: () => Promise<DescendantsUnderTest>;
}

/** What descendants run, with the word by which the test counts them as the argument. */
const programs = {
  stay: "while :; do sleep 20; done",
  stubborn: "trap '' TERM HUP INT; while :; do sleep 20; done",
  stopped: "kill -STOP $$",
  chain: 'exec env A=1 sh -c "exec setsid sh ./stay $1"',
  many: 'n=0; while [ $n -lt 200 ]; do n=$((n + 1)); ./stay "$1" & done; wait',
  // Forks without end, and from many places; ends by itself should nothing else end it.
  storm: 'end=$(($(date +%s) + 15)); while [ $(date +%s) -lt $end ]; do (./stay "$1" &); ./stay "$1" & done',
};

/** Ways to get away; each line starts one or more processes with `$T` as an argument. */
const ways = {
  "double fork": "( (./stay $T &) & )",
  setsid: "setsid ./stay $T &",
  "empty environment": "env -i /bin/sh ./stay $T &",
  "redirected output": "./stay $T < /dev/null > /dev/null 2>&1 &",
  "ignored signals": "./stubborn $T & (./stubborn $T &)",
  "held pipes": "( ./stay $T | ./stay $T | ./stay $T ) &",
  "chain of exec": "./chain $T &",
  "stopped process": "./stopped $T &",
  "every sign shed": "(setsid env -i /bin/sh ./stubborn $T < /dev/null > /dev/null 2>&1 &)",
};
const crowds = { "200 children": "./many $T &", "fork storm": "./storm $T &" };
const shed = ["every sign shed"];

/** That nothing a session starts outlives its `terminate`, counted by the arguments of processes and not by signs of ours. */
export function describeDescendants(name: string, given: Given): void {
  describe.skipIf(!given.isHere)(`descendants under the ${name}`, () => {
    let subject: DescendantsUnderTest;
    let root: string;
    let count = 0;
    let prefix = "";

    beforeAll(async () => {
      subject = await given.make();
      root = mkdtempSync(join(tmpdir(), "runboard-descendants-"));
    });
    afterEach(async () => {
      await eventually(() => {
        const pids = [...living(prefix).values()].flat();
        for (const pid of pids) process.kill(pid, "SIGKILL");
        return pids.length === 0;
      });
    });
    afterAll(async () => {
      await subject.close();
      rmSync(root, { recursive: true, force: true });
    });

    /** Resolves when every way has been taken. */
    async function start(taken: Record<string, string>, andThen: string, atLeast = 1) {
      prefix = `descendant-${process.pid}-${Date.now()}-${++count}-`;
      const sessionId = `session-${process.pid}-d${count}`;
      const directory = join(root, sessionId);
      const { work } = await createSessionDirectory(directory);
      for (const [file, script] of Object.entries(programs))
        writeFileSync(join(work, file), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      const lines = Object.entries(taken).map(([way, line]) => `T='${prefix}${way.replaceAll(" ", "_")}'; ${line}`);
      const plan = { command: "sh", args: ["-c", [...lines, andThen].join("\n")], workingDirectory: null };
      // Nothing the session sets for itself may reach what waits for its descendants.
      const environment = { PERL5OPT: "-Mno_such_module" };
      const { identity } = await subject.sandbox.launch({ ...plan, sessionId, directory, environment });
      await eventually(() => {
        const found = living(prefix);
        return Object.keys(taken).every((way) => (found.get(way)?.length ?? 0) >= atLeast);
      });
      return { sessionId, directory, identity };
    }
    type Started = Awaited<ReturnType<typeof start>>;

    const exited = ({ directory, identity }: Started) =>
      eventually(async () => {
        const outcome = await subject.sandbox.look(directory, identity);
        return outcome.kind === "exited" && outcome.exitCode === 3;
      });

    /** Which ways led out of it. */
    async function survivors(sandbox: Sandbox, started: Started, identity: ProcessIdentity | null) {
      const { sessionId, directory } = started;
      expect(await sandbox.terminate(sessionId, directory, identity, 100)).toEqual([]);
      await sandbox.remove(directory);
      return [...living(prefix).keys()];
    }

    test("all end with a session that is under way", async () => {
      const started = await start(ways, "sleep 1000; :");
      expect(await survivors(subject.sandbox, started, started.identity)).toEqual(given.findsShed ? [] : shed);
    });

    test("all end after the command, whose status is there at once", async () => {
      const started = await start(ways, "exit 3");
      await exited(started);
      expect(await survivors(subject.sandbox, started, started.identity)).toEqual(given.findsShed ? [] : shed);
    });

    test("all end by a successor that knows only the directory", async () => {
      const started = await start(ways, "sleep 1000; :");
      subject.crash();
      expect(await survivors(subject.successor(), started, null)).toEqual(given.findsShed ? [] : shed);
    });

    test("all end by a successor after the command", async () => {
      const started = await start(ways, "exit 3");
      subject.crash();
      await exited(started);
      expect(await survivors(subject.successor(), started, null)).toEqual(given.findsShed ? [] : shed);
    });

    test("all end although the wrapper was killed with -9, but what this means cannot do", async () => {
      const started = await start(ways, "sleep 1000; :");
      process.kill(started.identity.pid, "SIGKILL");
      await eventually(() => !isThere(started.identity.pid));
      const left = await survivors(subject.sandbox, started, started.identity);
      expect(left).toEqual(given.findsShedWithoutWrapper ? [] : shed);
    });

    test("all end although the session damaged its own directory", async () => {
      const started = await start(ways, "rm -f ../means ../launched; exit 3");
      await exited(started);
      expect(await survivors(subject.sandbox, started, started.identity)).toEqual(given.findsShed ? [] : shed);
    });

    test.each(Object.entries(crowds))("%s: ended", async (way, line) => {
      const started = await start({ [way]: line }, "sleep 1000; :", 30);
      expect(await survivors(subject.sandbox, started, started.identity)).toEqual([]);
    });
  });
}

/** The pids of living processes with an argument that begins so, by what follows. */
function living(prefix: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const argument = textOf(`/proc/${pid}/cmdline`)
      .split("\0")
      .find((one) => one.startsWith(prefix));
    if (argument === undefined || !isThere(pid)) continue;
    const way = argument.slice(prefix.length).replaceAll("_", " ");
    found.set(way, [...(found.get(way) ?? []), pid]);
  }
  return found;
}

const isThere = (pid: number): boolean => /\) [^ZX] /.test(textOf(`/proc/${pid}/stat`));

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

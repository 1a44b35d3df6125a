import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ProcessIdentity } from "../../process-identity.ts";
import { eventually } from "../eventually.ts";
import type { Sandbox } from "../port.ts";
import { createSessionDirectory, sessionPaths } from "../session-directory.ts";
import { crowds, isThere, livingByWay, wayOutScript, waysOut } from "./ways-out.ts";

export interface DescendantsUnderTest {
  sandbox: Sandbox;
  /** A second one that knows nothing of what the first has started, as after a restart. */
  successor(): Sandbox;
  /** Ends whatever process the provider starts sessions from, with SIGKILL, as a crash would; resolves when it is back. */
  crash(): Promise<void>;
  close(): Promise<void>;
  /** Gives a session's directory to the user sessions run as, where that is not us. */
  handOver?(directory: string): void;
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

const shed = "every sign shed";

/** Where a provider cannot find what has shed every sign, it may still happen upon it while it is shedding. */
const expectEnded = (left: string[], findsShed: boolean) =>
  expect(findsShed ? left : left.filter((way) => way !== shed)).toEqual([]);

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
        const pids = [...livingByWay(prefix).values()].flat();
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
      createSessionDirectory(directory);
      subject.handOver?.(directory);
      const plan = { command: "sh", args: ["-c", wayOutScript(prefix, taken, andThen)], workingDirectory: null };
      // Nothing the session sets for itself may reach what waits for its descendants.
      const environment = { PERL5OPT: "-Mno_such_module" };
      const { identity } = await subject.sandbox.launch({ ...plan, sessionId, directory, environment });
      await eventually(() => {
        const found = livingByWay(prefix);
        return Object.keys(taken).every((way) => (found.get(way)?.length ?? 0) >= atLeast);
      });
      return { sessionId, directory, identity };
    }
    type Started = Awaited<ReturnType<typeof start>>;

    /** The command ends when it is told to, having seen all ways taken. */
    const untilTold = "while [ ! -e told ]; do sleep 0.02; done; exit 3";
    const exited = ({ directory, identity }: Started) => {
      writeFileSync(join(sessionPaths(directory).work, "told"), "");
      return eventually(async () => {
        const outcome = await subject.sandbox.look(directory, identity);
        return outcome.kind === "exited" && outcome.exitCode === 3;
      });
    };

    /** Which ways led out of it. */
    async function survivors(sandbox: Sandbox, started: Started, identity: ProcessIdentity | null) {
      const { sessionId, directory } = started;
      expect(await sandbox.terminate(sessionId, directory, identity, 100)).toEqual([]);
      await sandbox.remove(directory);
      return [...livingByWay(prefix).keys()];
    }

    test("all end with a session that is under way", async () => {
      const started = await start(waysOut, "sleep 1000; :");
      expectEnded(await survivors(subject.sandbox, started, started.identity), given.findsShed);
    });

    test("all end after the command, whose status is there at once", async () => {
      const started = await start(waysOut, untilTold);
      await exited(started);
      expectEnded(await survivors(subject.sandbox, started, started.identity), given.findsShed);
    });

    test("all end by a successor that knows only the directory", async () => {
      const started = await start(waysOut, "sleep 1000; :");
      await subject.crash();
      expectEnded(await survivors(subject.successor(), started, null), given.findsShed);
    });

    test("all end by a successor after the command", async () => {
      const started = await start(waysOut, untilTold);
      await subject.crash();
      await exited(started);
      expectEnded(await survivors(subject.successor(), started, null), given.findsShed);
    });

    test("all end although the wrapper was killed with -9, but what this means cannot do", async () => {
      const started = await start(waysOut, "sleep 1000; :");
      process.kill(started.identity.pid, "SIGKILL");
      await eventually(() => !isThere(started.identity.pid));
      const left = await survivors(subject.sandbox, started, started.identity);
      expectEnded(left, given.findsShedWithoutWrapper);
    });

    test("all end although the session damaged its own directory", async () => {
      const started = await start(waysOut, `rm -f ../means ../launched; ${untilTold}`);
      await exited(started);
      expectEnded(await survivors(subject.sandbox, started, started.identity), given.findsShed);
    });

    test.each(Object.entries(crowds))("%s: ended", async (way, line) => {
      const started = await start({ [way]: line }, "sleep 1000; :", 30);
      expect(await survivors(subject.sandbox, started, started.identity)).toEqual([]);
    });
  });
}

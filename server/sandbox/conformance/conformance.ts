import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAlive, type ProcessIdentity } from "../../process-identity.ts";
import { eventually } from "../eventually.ts";
import type { Outcome, Sandbox, SandboxPlan } from "../port.ts";
import { createSessionDirectory, sessionPaths } from "../session-directory.ts";
import { SHELL_CANARIES } from "./shell-canaries.ts";
import { livingByWay } from "./ways-out.ts";

export interface SandboxUnderTest {
  sandbox: Sandbox;
  /** Ends whatever process the provider starts sessions from, with SIGKILL, as a crash would; resolves when it is back. */
  crash(): Promise<void>;
  close(): Promise<void>;
  /** Gives a session's directory to the user sessions run as, where that is not us. */
  handOver?(directory: string): void;
}

interface Given {
  /** Whether this machine has what it needs; skipped where not. */
  isHere: boolean;
  /** Whether what a command leaves running lives on when it has ended, until `terminate`. */
  outlivesCommand: boolean;
  /** Called once. */
  make: () => Promise<SandboxUnderTest>;
}

/** What every real provider has to pass, by each of its means. */
export function describeSandbox(name: string, { isHere, outlivesCommand, make }: Given): void {
  describe.skipIf(!isHere)(`the ${name}`, () => {
    let subject: SandboxUnderTest;
    let root: string;
    let count = 0;
    const planned: SandboxPlan[] = [];

    beforeAll(async () => {
      for (let n = 0; n < 30; n++) process.env[`HOST_CANARY_${n}`] = `canary-value-${n}`;
      subject = await make();
      root = mkdtempSync(join(tmpdir(), "runboard-sandbox-"));
    });
    afterAll(async () => {
      for (const { sessionId, directory } of planned) {
        await subject.sandbox.terminate(sessionId, directory, null, 0);
        await subject.sandbox.remove(directory);
      }
      await subject.close();
      rmSync(root, { recursive: true, force: true });
      for (let n = 0; n < 30; n++) delete process.env[`HOST_CANARY_${n}`];
    });

    async function plan(command: string, args: string[], more: Partial<SandboxPlan> = {}): Promise<SandboxPlan> {
      const sessionId = `session-${process.pid}-${++count}`;
      const directory = join(root, sessionId);
      createSessionDirectory(directory);
      const made = { sessionId, directory, command, args, workingDirectory: null, environment: {}, ...more };
      planned.push(made);
      subject.handOver?.(directory);
      return made;
    }
    const wordOf = () => `conformance-${process.pid}-${Date.now()}-${count}-`;
    const shell = (script: string, more?: Partial<SandboxPlan>) => plan("sh", ["-c", script], more);
    const output = ({ directory }: SandboxPlan) => readFileSync(sessionPaths(directory).output, "utf8");
    const inWork = ({ directory }: SandboxPlan, file: string) => join(sessionPaths(directory).work, file);
    const settled = ({ directory }: SandboxPlan, identity: ProcessIdentity | null = null) =>
      eventually<Outcome | false>(async () => {
        const outcome = await subject.sandbox.look(directory, identity);
        return outcome.kind !== "running" && outcome;
      });
    async function run(given: SandboxPlan): Promise<Outcome> {
      return settled(given, (await subject.sandbox.launch(given)).identity);
    }

    test("runs a command with its arguments in the clone and keeps what it prints", async () => {
      const given = await shell('pwd; printf "%s|" "$@" out; echo err >&2');
      given.args.push("name", "a b", "");
      expect(await run(given)).toEqual({ kind: "exited", exitCode: 0 });
      expect(output(given)).toBe(`${sessionPaths(given.directory).work}\na b||out|err\n`);
    });

    test.each([0, 1, 7, 255])("reports exit code %i", async (code) => {
      expect(await run(await shell(`exit ${code}`))).toEqual({ kind: "exited", exitCode: code });
    });

    test("reports an end by signal n as 128 + n", async () => {
      expect(await run(await shell("kill -9 $$"))).toEqual({ kind: "exited", exitCode: 137 });
    });

    test("loses no byte of a large output", async () => {
      const given = await shell("head -c 3000000 /dev/zero | tr '\\0' x");
      await run(given);
      expect(output(given).length).toBe(3_000_000);
    });

    test("launches nothing when it is told that a launch is coming", async () => {
      const given = await shell("exit 0");
      for (let times = 0; times < 3; times++) subject.sandbox.announce();
      expect(await subject.sandbox.look(given.directory, null)).toEqual({ kind: "never-launched" });
      expect(await run(given)).toEqual({ kind: "exited", exitCode: 0 });
    });

    test("has an empty standard input", async () => {
      const given = await plan("cat", []);
      expect(await run(given)).toEqual({ kind: "exited", exitCode: 0 });
    });

    test("tells the listener when a session ends", async () => {
      const heard: string[] = [];
      subject.sandbox.onExit((sessionId) => heard.push(sessionId));
      const given = await shell("exit 0");
      await subject.sandbox.launch(given);
      await eventually(() => heard.includes(given.sessionId));
      expect(await subject.sandbox.look(given.directory, null)).toEqual({ kind: "exited", exitCode: 0 });
    });

    test("shows nothing of the host's environment (30 canaries), and the task's variables as given", async () => {
      const given = await shell("env; tr '\\0' '\\n' < /proc/self/environ; ls -l /proc/self/fd", {
        environment: {
          ASKED: "a=b c",
          directory: "mine",
          status: "mine",
          PERL5OPT: "-Mno_such_module",
          PERL5LIB: "/x",
        },
        runboardEnvironment: { RUNBOARD_URL: "http://127.0.0.1:1" },
      });
      await run(given);
      const seen = output(given);
      expect(seen).not.toContain("HOST_CANARY");
      expect(seen).not.toContain("canary-value");
      expect(seen).not.toContain("socket:");
      expect(seen).toContain("ASKED=a=b c\n");
      expect(seen).toContain("directory=mine\n");
      expect(seen).toContain("PERL5OPT=-Mno_such_module\n");
      expect(seen).toContain("PERL5LIB=/x\n");
      expect(seen).not.toContain("RUNBOARD_WRAPPER");
      expect(seen).toContain(`HOME=${sessionPaths(given.directory).home}\n`);
      expect(seen).toContain(`RUNBOARD_SESSION=${given.sessionId}\n`);
      expect(seen).toContain("RUNBOARD_URL=http://127.0.0.1:1\n");
      const names = new Set(seen.match(/^[A-Z_]+(?==)/gm));
      for (const name of ["VITEST", "NODE_OPTIONS", "DATABASE_URL", "NODE_CHANNEL_FD"])
        expect(names).not.toContain(name);
    });

    test.each(["RUNBOARD_SESSION", "RUNBOARD_X", "LD_PRELOAD", "BASH_ENV", "ENV", "a b", "", "X=Y"])(
      "refuses the variable %j of a task",
      async (name) => {
        const given = await shell("exit 0", { environment: { [name]: "x" } });
        await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code: "ENVIRONMENT_NOT_ALLOWED" });
      },
    );

    test.each(SHELL_CANARIES)("S-14: passes %j through as a plain argument", async (text) => {
      const given = await plan("printf", ["%s", text], { environment: { TEXT: text } });
      expect(await run(given)).toEqual({ kind: "exited", exitCode: 0 });
      expect(output(given)).toBe(text);
      expect(existsSync(inWork(given, "canary"))).toBe(false);
    });

    test.each(SHELL_CANARIES)("S-14: does not run %j as a command", async (text) => {
      const given = await plan(text, []);
      await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code: "COMMAND_NOT_FOUND" });
      expect(existsSync(inWork(given, "canary"))).toBe(false);
    });

    test.each(["exit", "eval", ".", "no-such-program", "./missing", "", "/etc/passwd"])(
      "says COMMAND_NOT_FOUND for %j and leaves the ticket free",
      async (command) => {
        const given = await plan(command, ["7"]);
        await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code: "COMMAND_NOT_FOUND" });
        expect(await subject.sandbox.look(given.directory, null)).toEqual({ kind: "never-launched" });
        expect(await subject.sandbox.forbidLaunch(given.directory)).toBe(true);
      },
    );

    test("runs a program of the clone by its relative path", async () => {
      const given = await plan("./run", ["x"]);
      writeFileSync(inWork(given, "run"), "#!/bin/sh\necho $1\n", { mode: 0o755 });
      await run(given);
      expect(output(given)).toBe("x\n");
    });

    test.each(["..", "../home", "/tmp", "a/../..", "link", "link/deeper", "../work-twin"])(
      "refuses the working directory %j",
      async (workingDirectory) => {
        const given = await shell("exit 0", { workingDirectory });
        symlinkSync(tmpdir(), inWork(given, "link"));
        const code = workingDirectory === "link/deeper" ? "WORKING_DIRECTORY_MISSING" : "WORKING_DIRECTORY_OUTSIDE";
        await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code });
      },
    );

    test("says WORKING_DIRECTORY_MISSING for one that is not there", async () => {
      const given = await shell("exit 0", { workingDirectory: "nowhere" });
      await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code: "WORKING_DIRECTORY_MISSING" });
    });

    test("launches once: a second launch is refused and runs nothing", async () => {
      const given = await shell("echo ran >> times");
      await run(given);
      await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code: "ALREADY_LAUNCHED" });
      expect(readFileSync(inWork(given, "times"), "utf8")).toBe("ran\n");
      expect(await subject.sandbox.forbidLaunch(given.directory)).toBe(false);
    });

    test("a command that removes what tells of its launch is launched all the same", async () => {
      const given = await shell("rm -rf ../launched ../means; sleep 0.2; exit 6");
      const { identity } = await subject.sandbox.launch(given);
      expect(await settled(given, identity)).toEqual({ kind: "exited", exitCode: 6 });
    });

    test("of twenty launches at once exactly one runs", async () => {
      const given = await shell("echo ran >> times");
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => subject.sandbox.launch(given)));
      expect(tries.filter((one) => one.status === "fulfilled")).toHaveLength(1);
      await settled(given);
      expect(readFileSync(inWork(given, "times"), "utf8")).toBe("ran\n");
    });

    test("a forbidden launch never happens, however often it is forbidden", async () => {
      const given = await shell("echo ran >> times");
      expect(await subject.sandbox.forbidLaunch(given.directory)).toBe(true);
      expect(await subject.sandbox.forbidLaunch(given.directory)).toBe(true);
      await expect(subject.sandbox.launch(given)).rejects.toMatchObject({ code: "ALREADY_LAUNCHED" });
      expect(await subject.sandbox.look(given.directory, null)).toEqual({ kind: "never-launched" });
      expect(existsSync(inWork(given, "times"))).toBe(false);
    });

    test("terminates the whole tree: double fork, setsid, ignored SIGTERM, emptied environment", async () => {
      const word = wordOf();
      const given = await shell(`
        trap '' TERM
        (setsid sh -c 'trap "" TERM; sleep 1000 & wait; sleep 1000' ${word}setsid &)
        (setsid env -i /bin/sh -c 'trap "" TERM; sleep 1000; sleep 1000' ${word}emptied &) &
        sh -c 'sleep 1000; :' ${word}child &
        sleep 1000; sleep 1000; sleep 1000`);
      given.args.push(`${word}itself`);
      const { identity } = await subject.sandbox.launch(given);
      await eventually(() => livingByWay(word).size === 4);
      expect(await subject.sandbox.terminate(given.sessionId, given.directory, identity, 100)).toEqual([]);
      await eventually(() => livingByWay(word).size === 0);
      expect(isAlive(identity)).toBe(false);
    });

    test("a command that obeys SIGTERM gets its grace and its exit status is kept", async () => {
      const given = await shell("trap 'echo bye; exit 5' TERM; echo up; sleep 1000 & wait");
      const { identity } = await subject.sandbox.launch(given);
      await eventually(() => output(given) === "up\n");
      expect(await subject.sandbox.terminate(given.sessionId, given.directory, identity, 5_000)).toEqual([]);
      expect(await settled(given, identity)).toEqual({ kind: "exited", exitCode: 5 });
      expect(output(given)).toBe("up\nbye\n");
    });

    test("orphans of an ended session are found without an identity, or have ended with it", async () => {
      const word = wordOf();
      const given = await shell(
        `(setsid sh -c 'echo > orphan; sleep 1000; :' ${word}orphan &) ; while [ ! -e orphan ]; do :; done`,
      );
      await run(given);
      if (outlivesCommand) expect(livingByWay(word).size).toBe(1);
      else await eventually(() => livingByWay(word).size === 0);
      expect(await subject.sandbox.terminate(given.sessionId, given.directory, null, 1_000)).toEqual([]);
      await eventually(() => livingByWay(word).size === 0);
    });

    test("a stranger under a reused pid is neither taken for the session nor signalled", async () => {
      const stranger = await shell("exec sleep 1000");
      const { identity: alive } = await subject.sandbox.launch(stranger);
      const given = await shell("exit 0");
      const wrong = { ...alive, startTime: `${alive.startTime}0` };
      expect((await subject.sandbox.look(given.directory, wrong)).kind).toBe("vanished");
      expect(await subject.sandbox.terminate(given.sessionId, given.directory, wrong, 50)).toEqual([]);
      expect(isAlive(alive)).toBe(true);
      await subject.sandbox.terminate(stranger.sessionId, stranger.directory, alive, 1_000);
    });

    test("a wrapper that was killed leaves the session vanished", async () => {
      const given = await shell("sleep 1000");
      const { identity } = await subject.sandbox.launch(given);
      process.kill(identity.pid, "SIGKILL");
      expect((await settled(given, identity)).kind).toBe("vanished");
      expect((await settled(given)).kind).toBe("vanished");
      expect(await subject.sandbox.terminate(given.sessionId, given.directory, identity, 1_000)).toEqual([]);
    });

    test("sessions outlive a crash of what started them and are adopted without an identity", async () => {
      const given = await shell("echo before; while [ ! -e go ]; do sleep 0.02; done; echo after; exit 4");
      const { identity } = await subject.sandbox.launch(given);
      await eventually(() => output(given) === "before\n");
      await subject.crash();
      expect(await subject.sandbox.look(given.directory, null)).toEqual({ kind: "running", identity });
      writeFileSync(inWork(given, "go"), "");
      expect(await settled(given)).toEqual({ kind: "exited", exitCode: 4 });
      expect(output(given)).toBe("before\nafter\n");
    });

    test("removes the directory, write-protected parts too, and forgives a second time", async () => {
      const given = await shell("mkdir -p a/b; touch a/b/c; chmod 500 a/b a");
      await run(given);
      await subject.sandbox.remove(given.directory);
      await subject.sandbox.remove(given.directory);
      expect(existsSync(given.directory)).toBe(false);
    });
  });
}

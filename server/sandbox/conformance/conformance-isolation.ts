import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually } from "../eventually.ts";
import type { Relay, Sandbox, SandboxPlan } from "../port.ts";
import { createSessionDirectory, sessionPaths } from "../session-directory.ts";
import { startSpawner } from "../spawner/spawner.ts";
import { prepare } from "../working-copy/working-copy.ts";
import { foundIn, lookForAll, plant } from "./canaries.ts";

export interface IsolationUnderTest {
  sandbox: Sandbox;
  close(): Promise<void>;
  /** Gives a directory to the user sessions run as, where that is not us. */
  handOver?(directory: string): void;
}

interface Given {
  /** Whether this machine has what it needs; skipped where not. */
  isHere: boolean;
  /** A provider that does not isolate shows everything: so it is known that there was something to see. */
  isolates: boolean;
  /** Called once. */
  make: (callback: Relay | null) => Promise<IsolationUnderTest>;
}

const outside = "runboard-test-outside";

/** What a command in it sees, changes and reaches of the machine: nothing but its own. */
export function describeIsolation(name: string, { isHere, isolates, make }: Given): void {
  describe.skipIf(!isHere)(`isolation by the ${name}`, () => {
    // Not below /tmp, where a session's own temporary directory lies over it.
    const bed = createGitTestbed("isolation", process.getuid?.() === 0 ? "/var/lib" : homedir());
    const socketOf = (relay: string) => join(bed.root, relay, "web.sock");
    const callback = { port: 39_001, socket: socketOf("callback") };
    const repository = bed.repository({ "a.txt": "a\n" });
    const borrowing = join(bed.root, "borrowing");
    bed.plainGit(bed.root, "clone", "-q", "--shared", repository, borrowing);
    let subject: IsolationUnderTest;
    let server: Server;
    let count = 0;
    const planned: SandboxPlan[] = [];

    beforeAll(async () => {
      server = await answerAt(callback.socket);
      subject = await make(isolates ? callback : null);
      // Whoever the sessions run as may go where their directories are.
      for (const path of [bed.root, join(bed.root, "home", "sessions")]) {
        mkdirSync(path, { recursive: true });
        chmodSync(path, 0o755);
      }
      subject.handOver?.(repository);
      subject.handOver?.(borrowing);
      subject.handOver?.(dirname(callback.socket));
    });
    afterAll(async () => {
      for (const { sessionId, directory } of planned) {
        await subject.sandbox.terminate(sessionId, directory, null, 0);
        await subject.sandbox.remove(directory);
      }
      await subject.close();
      server.close();
      bed.remove();
    });

    async function plan(script: string, more: Partial<SandboxPlan> = {}): Promise<SandboxPlan> {
      const sessionId = `isolated-${process.pid}-${++count}`;
      const directory = join(bed.root, "home", "sessions", sessionId);
      createSessionDirectory(directory);
      const args = ["-c", script];
      const made = { sessionId, directory, command: "sh", args, workingDirectory: null, environment: {}, ...more };
      planned.push(made);
      return made;
    }
    async function run(given: SandboxPlan): Promise<string> {
      subject.handOver?.(given.directory);
      const { identity } = await subject.sandbox.launch(given);
      await eventually(async () => (await subject.sandbox.look(given.directory, identity)).kind !== "running", 60_000);
      return readFileSync(sessionPaths(given.directory).output, "utf8");
    }
    const runScript = async (script: string, more?: Partial<SandboxPlan>) => run(await plan(script, more));

    test(`${isolates ? "none" : "all"} of 30 canaries and more are seen`, async () => {
      const given = await plan("sh ./look");
      const home = join(bed.root, "home");
      const planted = await plant({ home, directory: given.directory, repository });
      try {
        writeFileSync(join(sessionPaths(given.directory).work, "look"), lookForAll(planted.canaries));
        const names = planted.canaries.map((canary) => canary.name);
        expect(names.length).toBeGreaterThanOrEqual(process.getuid?.() === 0 ? 30 : 28);
        const found = foundIn(await run(given), planted.word);
        if (isolates) expect(found).toEqual([]);
        else expect(found).toEqual(names);
      } finally {
        planted.remove();
      }
    }, 120_000);

    test("a driver outside of it starts the command inside, and its own variables stay with it", async () => {
      const driver = join(bed.root, "driver.mjs");
      writeFileSync(driver, driverProgram, { mode: 0o644 });
      // Where others' processes are seen their secrets are not to end up in the report of a test.
      const lookAround = isolates ? "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline | tr '\\0' '\\n'" : "env";
      const given = await plan(`echo "$@"; ${lookAround}; :`, {
        driver: {
          command: process.execPath,
          args: [driver, "first"],
          environment: { RUNBOARD_MODEL_KEY: "the-real-key" },
        },
      });
      given.args.push("name", "given");
      const output = await run(given);
      expect(output).toContain('driver: ["first"] knows the-real-key\n');
      expect(output).toContain("given appended\n");
      expect(output).toContain("driver: ended with 0\n");
      if (isolates) expect(output.replaceAll('driver: ["first"] knows the-real-key', "")).not.toContain("the-real-key");
      await expect(
        subject.sandbox.launch(
          await plan("exit 0", { driver: { command: "/bin/true", args: [], environment: { PATH: "/" } } }),
        ),
      ).rejects.toThrow("RUNBOARD_");
    });

    test("nothing of the command is left when its driver is killed", async () => {
      const driver = join(bed.root, "driver.mjs");
      writeFileSync(driver, driverProgram, { mode: 0o644 });
      const given = await plan("echo > up; (setsid sleep 1000 &); sleep 1000; :", {
        driver: { command: process.execPath, args: [driver], environment: { RUNBOARD_PID_FILE: "driver.pid" } },
      });
      subject.handOver?.(given.directory);
      const { identity } = await subject.sandbox.launch(given);
      const { work } = sessionPaths(given.directory);
      await eventually(() => existsSync(join(work, "up")));
      process.kill(Number(readFileSync(join(work, "driver.pid"), "utf8")), "SIGKILL");
      await eventually(async () => (await subject.sandbox.look(given.directory, identity)).kind === "exited");
      if (isolates) {
        const used = () => subject.sandbox.measure([{ ...given, identity }]).get(given.sessionId)?.processes;
        await eventually(() => used() === 0);
      }
      expect(await subject.sandbox.terminate(given.sessionId, given.directory, identity, 1_000)).toEqual([]);
    });

    test("git works in the clone, which borrows its objects, also through a second repository", async () => {
      const given = await plan(
        "git log --format=%s && git status --short && echo b > b.txt && git add -A && git commit -q -m second && git log --format=%s | head -1",
      );
      const spawner = await startSpawner();
      const { work } = sessionPaths(given.directory);
      rmSync(work, { recursive: true });
      await prepare(spawner, {
        ...{ gitDir: join(borrowing, ".git"), baseBranch: "main", mergeCommits: [], branch: "runboard/T-1/a1" },
        directory: work,
      });
      await spawner.close();
      expect(await run(given)).toBe("first\nsecond\n");
    });

    describe.skipIf(!isolates)("writes", () => {
      test("go to clone, home, temporary directory and shared memory of its own, and nowhere else", async () => {
        const objects = join(borrowing, ".git", "objects");
        const given = await plan(writes(outside), { environment: { OBJECTS: objects } });
        const written = (await run(given)).split("\n").filter((line) => line.startsWith("WRITTEN"));
        expect(written).toEqual(["WRITTEN work", "WRITTEN home", "WRITTEN tmp", "WRITTEN /tmp", "WRITTEN /dev/shm"]);
        for (const place of [
          "/",
          "/usr",
          "/usr/bin",
          "/etc",
          "/tmp",
          "/var/tmp",
          "/dev/shm",
          "/run",
          given.directory,
          objects,
        ])
          expect([place, existsSync(join(place, outside))]).toEqual([place, false]);
      });

      test("no settings of the kernel, no mount, no device, no namespace in which it would be root", async () => {
        const before = readFileSync("/proc/sys/kernel/domainname", "utf8");
        const output = await runScript(tricks, { environment: { OUTSIDE: outside } });
        expect(output.split("\n").filter((line) => line.startsWith("WORKED"))).toEqual([]);
        expect(output).toContain("tried everything\n");
        expect(output).toMatch(/^CapEff:\s+0+$/m);
        expect(readFileSync("/proc/sys/kernel/domainname", "utf8")).toBe(before);
        expect(existsSync(join("/usr", outside))).toBe(false);
      });
    });

    describe.skipIf(!isolates)("connections", () => {
      const ask = (port: number) => `echo hello | timeout 20 socat -t 15 - TCP:127.0.0.1:${port}`;

      test("the way to Runboard is open before the command starts, also for a second session at once", async () => {
        const outputs = await Promise.all([1, 2, 3].map(() => runScript(`${ask(callback.port)}; cat /proc/net/dev`)));
        for (const output of outputs) {
          expect(output).toContain("6 bytes\n");
          expect(output.match(/^ *\w+:/gm)?.map((line) => line.trim())).toEqual(["lo:"]);
        }
      });

      test("relays of its own, many bytes, half closed, and a socket that is made anew", async () => {
        const relay = { port: 39_002, socket: socketOf("gate") };
        const first = await answerAt(relay.socket);
        subject.handOver?.(dirname(relay.socket));
        const given = await plan(
          `head -c 3000000 /dev/zero | timeout 60 socat -t 50 - TCP:127.0.0.1:39002; echo > once; while [ ! -e again ]; do sleep 0.02; done; ${ask(39_002)}`,
          { relays: [relay] },
        );
        const { work } = sessionPaths(given.directory);
        const output = run(given);
        await eventually(() => existsSync(join(work, "once")), 60_000);
        await new Promise((resolve) => first.close(resolve));
        const second = await answerAt(relay.socket);
        subject.handOver?.(dirname(relay.socket));
        writeFileSync(join(work, "again"), "");
        expect(await output).toBe("3000000 bytes\n6 bytes\n");
        second.close();
      }, 120_000);

      test("nobody waits for a relay: a command that waits for all its children ends", async () => {
        expect(await runScript("wait; perl -e '1 while wait() > 0; print qq(none left\\n)'")).toBe("none left\n");
      });

      test("nothing else is reached: no address, no name, no raw socket", async () => {
        const output = await runScript(`
          timeout 5 socat -u TCP:192.0.2.1:80,connect-timeout=3 - && echo REACHED an address
          timeout 5 socat -u TCP6:[2001:db8::1]:80,connect-timeout=3 - && echo REACHED another address
          timeout 5 getent hosts example.com && echo REACHED a name
          timeout 5 perl -e 'socket(S, 2, 3, 1) or exit 1' && echo REACHED a raw socket
          timeout 5 perl -e 'socket(S, 17, 3, 768) or exit 1' && echo REACHED packets
          echo tried`);
        expect(output).not.toContain("REACHED");
        expect(output).toContain("tried\n");
      });

      test("on the machine's network, where the project wants it, its loopback answers and relays are refused", async () => {
        const host = createServer((socket) => socket.end("the machine\n"));
        await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
        const { port } = host.address() as { port: number };
        const script = `timeout 20 socat -u TCP:127.0.0.1:${port} -`;
        expect(await runScript(script, { network: "host" })).toBe("the machine\n");
        expect(await runScript(script)).not.toContain("the machine");
        host.close();
        const refused = await plan("exit 0", { network: "host", relays: [{ port: 39_003, socket: socketOf("gate") }] });
        await expect(subject.sandbox.launch(refused)).rejects.toMatchObject({ code: "START_FAILED" });
      });
    });
  });
}

/** Says how many bytes came, once the other side has ended. */
async function answerAt(socket: string): Promise<Server> {
  mkdirSync(dirname(socket), { recursive: true, mode: 0o700 });
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    let bytes = 0;
    connection.on("data", (chunk) => {
      bytes += chunk.length;
    });
    connection.on("error", () => {});
    connection.on("end", () => connection.end(`${bytes} bytes\n`));
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return server;
}

/** Stands for the driver of an agent. */
const driverProgram = `import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
const at = process.argv.indexOf("--");
const { RUNBOARD_MODEL_KEY: key, RUNBOARD_PID_FILE: pidFile, ...env } = process.env;
if (pidFile) writeFileSync(pidFile, String(process.pid));
console.log("driver: " + JSON.stringify(process.argv.slice(2, at)) + " knows " + key);
const [command, ...args] = process.argv.slice(at + 1);
const child = spawn(command, [...args, "appended"], { env, stdio: ["pipe", "inherit", "inherit"] });
child.on("exit", (code) => { console.log("driver: ended with " + code); process.exit(code ?? 1); });
`;

/** Tries to leave a file in each place. */
const writes = (name: string): string => `
put() { (: > "$2/${name}") 2> /dev/null && echo "WRITTEN $1"; }
put work .; put home "$HOME"; put tmp "$TMPDIR"; put /tmp /tmp; put /dev/shm /dev/shm
for place in / /usr /usr/bin /bin /lib /etc /etc/ssl /etc/alternatives /dev /proc /proc/sys /proc/sys/kernel /run /run/runboard \\
  /run/runboard/0 /var /home /root .. ../.. "$OBJECTS" "$OBJECTS/info" /proc/1/root/usr /proc/self/root/etc /proc/1/cwd/..; do put "$place" "$place"; done
for target in /usr /etc ..; do ln -s "$target" link; put "a link to $target" link; rm link; done
ln /usr/bin/env hard 2> /dev/null && echo WRITTEN a hard link
for file in ../launched ../output.log ../exit ../means /etc/passwd /usr/bin/env; do (: >> "$file") 2> /dev/null && echo "WRITTEN $file"; done
mv ../home ../other 2> /dev/null && echo WRITTEN its own home away
:`;

/** Each line ends in a word only if it worked. What would do harm is written with the value it has. */
const tricks = `
grep CapEff /proc/self/status
t() { "$@" > /dev/null 2>&1 && echo "WORKED $*"; }
w() { (cat "$1" > value && cat value > "$1") 2> /dev/null && echo "WORKED writing $1"; }
for file in /proc/sys/kernel/domainname /proc/sys/kernel/core_pattern /proc/sys/vm/swappiness /proc/sys/kernel/panic /proc/sys/user/max_user_namespaces; do w "$file"; done
for file in /proc/sysrq-trigger /proc/acpi/wakeup /proc/scsi/scsi /proc/irq/default_smp_affinity; do (: >> "$file") 2> /dev/null && echo "WORKED opening $file"; done
t mount -o remount,rw /usr; t mount -o remount,rw,bind /usr; t mount -o remount,rw /; t mount -t tmpfs none /mnt; t mount --bind . /usr
t umount /proc/sys; t umount -l /proc; t mount -t proc proc ./proc
t unshare -U true; t unshare -Ur sh -c 'mount -o remount,rw,bind /usr'; t unshare -Urm true; t unshare -Ur touch "/usr/$OUTSIDE"; t unshare -n true; t unshare -m true
t nsenter -t 1 -m true; t nsenter -t 1 -a true; t chroot / true
t mknod device b 254 0; t mknod null c 1 3; t chown 12345 .; t setpriv --reuid 12345 true
t perl -e 'syscall(165, "none", "/tmp", "tmpfs", 0, 0) == 0 or exit 1'
t dmesg; t hostname other; t date -s 2000-01-01
find /proc -maxdepth 4 -type f -writable ! -path '/proc/[0-9]*' ! -path '/proc/pressure/*' ! -path '/proc/self/*' ! -path '/proc/thread-self/*' 2> /dev/null | sed 's/^/WORKED finding /'
echo tried everything`;

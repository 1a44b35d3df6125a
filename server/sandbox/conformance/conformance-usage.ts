import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProcessIdentity } from "../../process-identity.ts";
import { eventually } from "../eventually.ts";
import type { Limits, Means } from "../means.ts";
import type { Sandbox } from "../port.ts";
import { createSessionDirectory } from "../session-directory.ts";
import type { Usage } from "../usage.ts";

interface Given {
  /** Whether this machine has what it needs; skipped where not. */
  isHere: boolean;
  /** So many processes of a session are the provider's own. */
  ownProcesses: number;
  /** Called once. */
  make: () => Promise<{ sandbox: Sandbox; close(): Promise<void>; handOver?(directory: string): void }>;
}

const mib = 1024 ** 2;
const none: Limits = { cpus: null, memoryBytes: null };
const burn = "i=0; while [ $i -lt 400000 ]; do i=$((i + 1)); done";
/** `tail` keeps what it was given until its input ends. */
const hold = (bytes: number) => `(head -c ${bytes} /dev/zero; sleep 1000) | tail -c ${bytes}`;

interface Session {
  sessionId: string;
  directory: string;
  identity: ProcessIdentity;
}

/** That what sessions use is seen, and what they were given is enforced where the means say so. */
export function describeUsage(name: string, { isHere, ownProcesses, make }: Given): void {
  describe.skipIf(!isHere)(`usage and limits under the ${name}`, () => {
    let subject: Awaited<ReturnType<typeof make>>;
    let root: string;
    let means: Means;
    let count = 0;
    const started: Session[] = [];

    beforeAll(async () => {
      subject = await make();
      means = await subject.sandbox.means();
      root = mkdtempSync(join(tmpdir(), "runboard-usage-"));
    });
    afterAll(async () => {
      for (const session of started) await end(session);
      await subject.close();
      rmSync(root, { recursive: true, force: true });
    });

    async function start(script: string, limits: Limits = none): Promise<Session> {
      const sessionId = `session-${process.pid}-u${++count}`;
      const directory = join(root, sessionId);
      createSessionDirectory(directory);
      subject.handOver?.(directory);
      const plan = { command: "sh", args: ["-c", script], workingDirectory: null, environment: {}, limits };
      const { identity } = await subject.sandbox.launch({ ...plan, sessionId, directory });
      started.push({ sessionId, directory, identity });
      return { sessionId, directory, identity };
    }
    async function end({ sessionId, directory, identity }: Session) {
      expect(await subject.sandbox.terminate(sessionId, directory, identity, 0)).toEqual([]);
      await subject.sandbox.remove(directory);
    }
    const usageOf = (session: Session): Usage =>
      subject.sandbox.measure([session]).get(session.sessionId) ?? { cpuMs: -1, memoryBytes: -1, processes: -1 };
    const exitCode = (session: Session) =>
      eventually(async () => {
        const outcome = await subject.sandbox.look(session.directory, session.identity);
        return outcome.kind === "exited" && { code: outcome.exitCode };
      });

    test("CPU time counts ended children, memory and processes what is there now", async () => {
      const busy = await start(`sh -c '${burn}'; ${hold(50 * mib)}`);
      const idle = await start("exec sleep 1000");
      await eventually(() => usageOf(busy).memoryBytes > 50 * mib);
      const [used, resting] = [usageOf(busy), usageOf(idle)];
      expect(used.cpuMs).toBeGreaterThan(50);
      expect(used.memoryBytes).toBeLessThan(150 * mib);
      expect(used.processes).toBeGreaterThanOrEqual(3);
      expect(used.processes).toBeLessThan(10);
      expect(resting.processes).toBe(1 + ownProcesses);
      expect(resting.cpuMs).toBeLessThan(used.cpuMs);
      expect(resting.memoryBytes).toBeLessThan(20 * mib);
      await end(busy);
      expect(usageOf(busy)).toMatchObject({ memoryBytes: 0, processes: 0 });
    });

    test("detached descendants count too", async () => {
      const session = await start("(setsid sleep 1000 &); (setsid sleep 1000 &); exec sleep 1000");
      await eventually(() => usageOf(session).processes === 3 + ownProcesses);
    });

    test("memory that processes share counts once where it matters", async () => {
      const script = `x=$(head -c ${40 * mib} /dev/zero | tr '\\0' x); for n in 1 2 3; do (sleep 1000; :) & done; sleep 1000; :`;
      const session = await start(script);
      const found = await eventually(() => {
        const rough = usageOf(session).memoryBytes;
        return rough > 150 * mib && rough;
      });
      const [precise] = subject.sandbox.measure([{ ...session, preciseAboveBytes: 100 * mib }]).values();
      expect(precise?.memoryBytes).toBeLessThan(found / 2);
    });

    test("memory over the limit ends the session where the kernel enforces it, and the kernel is named", async () => {
      const session = await start(`${hold(120 * mib)}; exit 7`, { cpus: null, memoryBytes: 60 * mib });
      if (means.memory === "watchdog") {
        await eventually(() => usageOf(session).memoryBytes > 60 * mib);
        expect(subject.sandbox.memoryHit(session.directory)).toBeNull();
      } else {
        await eventually(() => subject.sandbox.memoryHit(session.directory));
        expect(subject.sandbox.memoryHit(session.directory)).toEqual({ killedCount: 1, limitBytes: 60 * mib });
      }
    });

    test("a session that stays below its limit is left alone", async () => {
      const session = await start("exit 0", { cpus: 0.5, memoryBytes: 60 * mib });
      expect(await exitCode(session)).toEqual({ code: 0 });
      expect(subject.sandbox.memoryHit(session.directory)).toBeNull();
    });

    test("a quarter of a core is no more where the kernel enforces it", async () => {
      const session = await start(`end=$(($(date +%s) + 30)); while [ $(date +%s) -lt $end ]; do ${burn}; done`, {
        cpus: 0.25,
        memoryBytes: null,
      });
      await eventually(() => usageOf(session).cpuMs > 10);
      const before = { cpuMs: usageOf(session).cpuMs, atMs: performance.now() };
      await eventually(() => performance.now() - before.atMs > 1_500);
      const cpus = (usageOf(session).cpuMs - before.cpuMs) / (performance.now() - before.atMs);
      if (means.cpu === "none") expect(cpus).toBeGreaterThan(0.05);
      else expect(cpus).toBeLessThan(0.35);
    });
  });
}

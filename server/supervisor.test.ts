import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";

// Each starts whole instances, with a database made anew.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let home: string;
const started: Supervisor[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "runboard-supervisor-"));
});

afterEach(async () => {
  for (const supervisor of started.splice(0)) {
    supervisor.process.kill("SIGTERM");
    await supervisor.exited;
  }
  rmSync(home, { recursive: true, force: true });
});

const fixture = (name: string) => fileURLToPath(new URL(`./supervisor-fixture/${name}`, import.meta.url));

class Supervisor {
  readonly process: ChildProcess;
  readonly exited: Promise<unknown[]>;
  readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(web = "child.mjs", orchestrator = "child.mjs", environment: Record<string, string> = {}) {
    const env = { ...process.env, RUNBOARD_HOME: home, DATABASE_URL: "", RUNBOARD_GRACE_MS: "100", ...environment };
    const args = ["--import", "tsx", fixture("main.ts"), fixture(web), fixture(orchestrator)];
    this.process = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    this.exited = once(this.process, "close");
    createInterface({ input: this.process.stdout! }).on("line", (line) => {
      this.lines.push(line);
      for (const look of this.waiting) look();
    });
    started.push(this);
  }

  /** The first line with this in it, as soon as there is one. */
  line(part: string, occurrence = 1): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.lines.filter((line) => line.includes(part))[occurrence - 1];
        if (found === undefined) return;
        this.waiting.delete(look);
        resolve(found);
      };
      this.waiting.add(look);
      look();
    });
  }

  async child(occurrence: number): Promise<ProcessIdentity> {
    return identify(Number((await this.line("child ", occurrence)).split(" ")[1]))!;
  }

  database(): ProcessIdentity {
    return identify(Number(readFileSync(join(home, "postgres", "data", "postmaster.pid"), "utf8").split("\n")[0]))!;
  }
}

test("it comes up with one address, keeps its secrets private, and leaves nothing behind on SIGTERM", async () => {
  const supervisor = new Supervisor();
  expect(await supervisor.line("ready")).toMatch(/^Runboard is ready: http:\/\/127\.0\.0\.1:1\/login\?pid=\d+$/);
  const everything = [await supervisor.child(1), await supervisor.child(2), supervisor.database()];
  for (const name of ["token", "host-id", "lock"]) expect(statSync(join(home, name)).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(home, "token"), "utf8").trim()).toHaveLength(43);
  supervisor.process.kill("SIGTERM");
  expect(await supervisor.exited).toEqual([0, null]);
  expect(supervisor.lines.slice(-2)).toEqual(["Stopping…", "Stopped. Everything Runboard started has ended."]);
  expect(everything.filter(isAlive)).toEqual([]);
  expect(existsSync(join(home, "lock"))).toBe(false);
});

test("a second copy is refused with the first one's pid; the first one goes on", async () => {
  const first = new Supervisor();
  await first.line("ready");
  const second = new Supervisor();
  expect(await second.exited).toEqual([1, null]);
  expect(second.lines).toEqual([expect.stringContaining(`process ${first.process.pid} holds`)]);
  expect(isAlive(first.database())).toBe(true);
});

test("a child that fails before it is ready ends everything, with its reason and exit code 1", async () => {
  const supervisor = new Supervisor("refusing.mjs");
  expect(await supervisor.exited).toEqual([1, null]);
  expect(supervisor.lines).toContain("Port 3000 is in use.");
  expect(supervisor.lines.join()).not.toContain("is ready");
  // The orchestrator may have been ended before it could say who it is.
  const said = supervisor.lines.find((line) => line.startsWith("child "));
  if (said !== undefined) expect(identify(Number(said.split(" ")[1]))).toBeNull();
  expect(existsSync(join(home, "postgres", "data", "postmaster.pid"))).toBe(false);
});

test("web and orchestrator are told when the database is ready, and so is one that takes their place", async () => {
  const supervisor = new Supervisor("waiting.mjs", "waiting.mjs");
  await supervisor.line("is ready");
  const told = supervisor.lines.filter((line) => line.endsWith("was told databaseReady"));
  expect(told).toHaveLength(2);
  expect(supervisor.lines.indexOf(told[0]!)).toBeGreaterThan(supervisor.lines.indexOf("Starting the database…"));
  process.kill((await supervisor.child(1)).pid, "SIGKILL");
  expect(await supervisor.line("was told databaseReady", 3)).toBeTruthy();
});

test("a database that cannot come up ends everything with its reason; nobody was told that it is there", async () => {
  mkdirSync(join(home, "postgres", "data"), { recursive: true });
  writeFileSync(join(home, "postgres", "data", "PG_VERSION"), "17\n");
  writeFileSync(join(home, "postgres", "password"), "secret\n");
  const supervisor = new Supervisor("waiting.mjs", "waiting.mjs");
  expect(await supervisor.exited).toEqual([1, null]);
  expect(supervisor.lines).toEqual(["Starting the database…", expect.stringContaining("PostgreSQL 17")]);
  expect(existsSync(join(home, "lock"))).toBe(false);
});

test("an orchestrator that asks to be started anew before it is ready is", async () => {
  const supervisor = new Supervisor("child.mjs", "second-try.mjs");
  await supervisor.line("lost its lease while it came up");
  await supervisor.line("ready: http");
  supervisor.process.kill("SIGTERM");
  expect(await supervisor.exited).toEqual([0, null]);
});

test("what crashes is started again, and the rest stays as it is", async () => {
  const supervisor = new Supervisor();
  await supervisor.line("ready");
  const [one, two] = [await supervisor.child(1), await supervisor.child(2)];
  process.kill(supervisor.database().pid, "SIGKILL");
  await supervisor.line("The database ended unexpectedly (SIGKILL). Starting it again…");
  process.kill(one.pid, "SIGKILL");
  const replacement = await supervisor.child(3);
  expect(isAlive(replacement)).toBe(true);
  expect(isAlive(two)).toBe(true);
  expect(supervisor.lines.filter((line) => line.includes("is ready"))).toHaveLength(1);
});

test("Ctrl+C ends it in order, and a child that will not end is killed after the grace", async () => {
  const supervisor = new Supervisor("child.mjs", "deaf.mjs");
  await supervisor.line("ready");
  supervisor.process.kill("SIGINT");
  await supervisor.line("deaf");
  expect(await supervisor.exited).toEqual([0, null]);
  expect(supervisor.lines.at(-1)).toBe("Stopped. Everything Runboard started has ended.");
});

test("told to drain, it waits for running tasks past the grace, while the web process still serves", async () => {
  const supervisor = new Supervisor("child.mjs", "draining.mjs", { RUNBOARD_DRAIN: "on" });
  await supervisor.line("ready");
  const [web, orchestrator] = [await supervisor.child(1), Number((await supervisor.line("draining ")).split(" ")[1])];
  supervisor.process.kill("SIGTERM");
  await supervisor.line("Waiting for 2 running tasks. A second signal leaves them to the next start.");
  expect(isAlive(web)).toBe(true);
  process.kill(orchestrator, "SIGUSR2");
  expect(await supervisor.exited).toEqual([0, null]);
  expect(identify(web.pid)).toBeNull();
});

test("a second signal ends the waiting", { timeout: 20_000 }, async () => {
  const supervisor = new Supervisor("child.mjs", "draining.mjs", { RUNBOARD_DRAIN: "on" });
  await supervisor.line("ready");
  supervisor.process.kill("SIGTERM");
  await supervisor.line("Waiting for 2 running tasks");
  // A second one right after the first is taken for the same key press.
  const again = setInterval(() => supervisor.process.kill("SIGTERM"), 300);
  await supervisor.line("Stopping now…");
  clearInterval(again);
  expect(await supervisor.exited).toEqual([0, null]);
});

test("after kill -9 of the supervisor the next start takes over", async () => {
  const first = new Supervisor();
  await first.line("ready");
  const orphan = first.database();
  first.process.kill("SIGKILL");
  await first.exited;
  expect(isAlive(orphan)).toBe(true);
  const second = new Supervisor();
  await second.line("ready");
  expect(isAlive(orphan)).toBe(false);
});

test("a token file that is a symbolic link is refused; one that others could read is closed", async () => {
  const elsewhere = join(home, "elsewhere");
  writeFileSync(elsewhere, `${"x".repeat(43)}\n`, { mode: 0o644 });
  symlinkSync(elsewhere, join(home, "token"));
  const refused = new Supervisor();
  expect(await refused.exited).toEqual([1, null]);
  expect(refused.lines.join()).toContain("is a symbolic link");
  rmSync(join(home, "token"));
  writeFileSync(join(home, "token"), `${"x".repeat(43)}\n`, { mode: 0o644 });
  const supervisor = new Supervisor();
  await supervisor.line("ready");
  expect(statSync(join(home, "token")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(home, "token"), "utf8")).toContain("xxx");
});

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type EmbeddedDatabase, startEmbedded } from "../../server/database/embedded.ts";
import { keepRunning } from "../../server/keep-running.ts";
import { type Found, processesIn, processesOf, send, type Target } from "./processes.ts";
import { type DatabaseProxy, startProxy } from "./proxy.ts";
import type { RunPlan } from "./run-plan.ts";
import { copyHome } from "./template-home.ts";

/** The product of one run: real processes on a home of its own, with whatever the plan puts beside them. */
export interface RunningProduct {
  url: string;
  home: string;
  token: string;
  /** Where a process of ours reaches the database itself. */
  databaseUrl: string;
  proxy: DatabaseProxy | null;
  processes(): Record<Target | "second", Found[]>;
  /** Starts it again after everything was killed. Resolves when it is ready. */
  start(): Promise<void>;
  isStarted(): boolean;
  /** SIGTERM, and what is left after a while is killed and named. */
  stop(): Promise<string[]>;
}

interface ProductOptions {
  build: string;
  template: string;
  directory: string;
  plan: Pick<RunPlan, "leaseMs" | "isNotifyIgnored" | "hasSecondOrchestrator" | "hasProxy" | "slots">;
}

const stopMs = 20_000;
const readyMs = 90_000;

export async function openProduct({ build, template, directory, plan }: ProductOptions): Promise<RunningProduct> {
  const home = join(directory, "home");
  const secondHome = join(directory, "second");
  copyHome(template, home);
  for (const name of ["tmp", "points"]) mkdirSync(join(directory, name));
  const token = randomUUID() + randomUUID();
  writeFileSync(join(home, "token"), token, { mode: 0o600 });
  const log = (text: string) => appendFileSync(join(directory, "product.log"), `${new Date().toISOString()} ${text}\n`);
  const port = await portOfOurOwn();
  const over = new AbortController();
  const databaseUrl = urlOf(home);
  const database = plan.hasProxy ? await keepDatabase(home, log, over.signal) : null;
  const proxy = plan.hasProxy ? await startProxy(join(home, "postgres/socket/.s.PGSQL.5432")) : null;
  const seenUrl = proxy ? databaseUrl.replace(/@localhost.*/, `@127.0.0.1:${proxy.port}/runboard`) : databaseUrl;
  const environment = {
    PATH: process.env.PATH ?? "",
    HOME: process.env.HOME ?? "",
    TMPDIR: join(directory, "tmp"),
    JUDGE_POINTS: join(directory, "points"),
    NODE_ENV: "production",
    PORT: String(port),
    RUNBOARD_HOME: home,
    RUNBOARD_DEMO: "off",
    RUNBOARD_LOG_LEVEL: "info",
    RUNBOARD_LEASE_MS: String(plan.leaseMs),
    RUNBOARD_POLL_MS: "300",
    RUNBOARD_GRACE_MS: "700",
    RUNBOARD_IGNORE_NOTIFY: plan.isNotifyIgnored ? "1" : "0",
    TASK_MAX_CONCURRENT: String(plan.slots),
    ...(plan.hasProxy ? { DATABASE_URL: seenUrl } : {}),
  };
  let main: ChildProcess | null = null;
  let second: ChildProcess | null = null;

  const start = async () => {
    main = run(build, "main.js", [], environment, log);
    const child = main;
    child.once("exit", () => {
      if (main === child) main = null;
    });
    await readyLine(child);
  };

  /** As an operator's service manager would: whenever it ends it is started again. */
  const keepSecond = () => {
    if (over.signal.aborted) return;
    mkdirSync(secondHome, { recursive: true, mode: 0o700 });
    const own = { ...environment, RUNBOARD_HOME: secondHome, DATABASE_URL: seenUrl };
    second = run(build, "alone.js", ["orchestrator"], own, log);
    second.once("exit", () => setTimeout(keepSecond, 200));
  };

  const homes = [home, secondHome];
  const processes = () => {
    const found = processesOf(homes);
    const isSecond = (one: Found) => one.environment.includes(`RUNBOARD_HOME=${secondHome}`);
    return {
      ...found,
      orchestrator: found.orchestrator.filter((one) => !isSecond(one)),
      second: found.orchestrator.filter(isSecond),
    };
  };

  await start();
  if (plan.hasSecondOrchestrator) keepSecond();
  return {
    url: `http://127.0.0.1:${port}`,
    home,
    token,
    databaseUrl,
    proxy,
    processes,
    start,
    isStarted: () => main !== null,
    stop: async () => {
      over.abort();
      await Promise.all([main, second].map((child) => (child ? endOf(child) : null)));
      proxy?.close();
      await database?.stop();
      const left = processesIn(directory);
      for (const { pid } of left) send(pid, "SIGKILL");
      return left.map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`);
    },
  };
}

function run(
  build: string,
  program: string,
  args: string[],
  environment: Record<string, string>,
  log: (text: string) => void,
) {
  const child = spawn(process.execPath, ["--enable-source-maps", join(build, ".build", program), ...args], {
    env: environment as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", log);
  return child;
}

function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on("line", (line) => {
      if (line.includes("Runboard is ready")) resolve();
    });
    setTimeout(() => reject(new Error(`The product was not ready within ${readyMs / 1000} s.`)), readyMs).unref();
    child.once("exit", (code, signal) =>
      reject(new Error(`The product ended (${code ?? signal}) before it was ready.`)),
    );
  });
}

/** Below those the kernel gives out, so that nobody gets it between our look and the product's start, nor between two starts. */
async function portOfOurOwn(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, stopMs).unref())]);
}

/** Our own embedded database, for a run whose product reaches it through the proxy. */
async function keepDatabase(home: string, log: (line: string) => void, signal: AbortSignal) {
  let current: EmbeddedDatabase;
  const start = async () => {
    current = await startEmbedded({ directory: join(home, "postgres"), log });
    return { ended: current.exited.then((exit) => `${exit.code ?? exit.signal}`) };
  };
  const first = await start();
  void keepRunning({ name: "The database", first, start, log, signal });
  return { stop: () => current.stop() };
}

function urlOf(home: string): string {
  const password = readFileSync(join(home, "postgres/password"), "utf8").trim();
  const socket = encodeURIComponent(join(home, "postgres/socket"));
  return `postgresql://runboard:${password}@localhost/runboard?host=${socket}`;
}

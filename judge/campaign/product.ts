import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type EmbeddedDatabase, startEmbedded } from "../../server/database/embedded.ts";
import { keepRunning } from "../../server/keep-running.ts";
import { embeddedUrl } from "../embedded-url.ts";
import { type Found, processesIn, send } from "../processes.ts";
import { processesOf, type Target } from "./product-processes.ts";
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
/** More than the longest lease of a run. */
const guardMs = 5_000;
const readyMs = 90_000;
const hearingMs = 100;
const lastLines = 10;

export async function openProduct({ build, template, directory, plan }: ProductOptions): Promise<RunningProduct> {
  const home = join(directory, "home");
  copyHome(template, home);
  for (const name of ["tmp", "points"]) mkdirSync(join(directory, name));
  const token = randomUUID() + randomUUID();
  writeFileSync(join(home, "token"), token, { mode: 0o600 });
  const log = (text: string) => appendFileSync(join(directory, "product.log"), `${new Date().toISOString()} ${text}\n`);
  const port = await portOfOurOwn();
  const over = new AbortController();
  const databaseUrl = embeddedUrl(home);
  const database = plan.hasProxy ? await keepDatabase(home, log, over.signal) : null;
  const proxy = plan.hasProxy ? await startProxy(join(home, "postgres/socket/.s.PGSQL.5432")) : null;
  const programs = new Programs({ build, log, directory, databaseUrl: urlThrough(proxy, databaseUrl), port, plan });
  const stop = async () => {
    over.abort();
    await programs.stop();
    proxy?.close();
    await database?.stop();
    const left = await whatStays(directory);
    for (const { pid } of left) send(pid, "SIGKILL");
    return left.map(({ pid, command }) => `${pid} ${command.slice(0, 200)}`);
  };
  try {
    await programs.start();
  } catch (thrown) {
    // Nothing may go on writing into a directory that is about to be deleted.
    await stop();
    throw thrown;
  }
  if (plan.hasSecondOrchestrator) programs.keepSecond();
  return {
    ...{ url: `http://127.0.0.1:${port}`, home, token, databaseUrl, proxy },
    processes: () => processesOfRun(directory),
    start: () => programs.start(),
    isStarted: () => programs.isStarted,
    stop,
  };
}

/** The helper of a killed orchestrator guards its sessions until its lease is over: it may stay so long, and no longer. */
async function whatStays(directory: string): Promise<ReturnType<typeof processesIn>> {
  const until = Date.now() + guardMs;
  for (;;) {
    const left = processesIn(directory);
    if (left.length === 0 || Date.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface ProgramsOptions {
  build: string;
  log: (text: string) => void;
  directory: string;
  /** As the product is told. */
  databaseUrl: string;
  port: number;
  plan: ProductOptions["plan"];
}

/** What an operator starts: the product, and where the plan has one an orchestrator of another host. */
class Programs {
  #main: ChildProcess | null = null;
  #second: ChildProcess | null = null;
  #isOver = false;
  readonly #options: ProgramsOptions;

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#main !== null;
  }

  async start(): Promise<void> {
    const { plan, databaseUrl } = this.#options;
    // Told no address the product brings a database of its own.
    const child = this.#run("main.js", [], { ...this.#environment(), DATABASE_URL: plan.hasProxy ? databaseUrl : "" });
    this.#main = child;
    child.once("exit", () => {
      if (this.#main === child) this.#main = null;
    });
    await readyLine(child);
  }

  /** As an operator's service manager would: whenever it ends it is started again. */
  keepSecond(): void {
    if (this.#isOver) return;
    const { directory, databaseUrl } = this.#options;
    const own = { RUNBOARD_HOME: join(directory, "second"), DATABASE_URL: databaseUrl };
    this.#second = this.#run("alone.js", ["orchestrator"], { ...this.#environment(), ...own });
    this.#second.once("exit", () => setTimeout(() => this.keepSecond(), 200));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all([this.#main, this.#second].map((child) => (child ? endOf(child) : null)));
  }

  #run(program: string, args: string[], environment: Record<string, string>): ChildProcess {
    const { build, log } = this.#options;
    const child = spawn(process.execPath, ["--enable-source-maps", join(build, ".build", program), ...args], {
      env: environment as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", log);
    return child;
  }

  #environment(): Record<string, string> {
    const { directory, port, plan } = this.#options;
    return {
      PATH: process.env.PATH ?? "",
      HOME: process.env.HOME ?? "",
      TMPDIR: join(directory, "tmp"),
      JUDGE_POINTS: join(directory, "points"),
      NODE_ENV: "production",
      PORT: String(port),
      RUNBOARD_HOME: join(directory, "home"),
      RUNBOARD_DEMO: "off",
      RUNBOARD_SANDBOX: "process",
      RUNBOARD_LOG_LEVEL: "info",
      RUNBOARD_LEASE_MS: String(plan.leaseMs),
      RUNBOARD_POLL_MS: "300",
      RUNBOARD_GRACE_MS: "700",
      RUNBOARD_IGNORE_NOTIFY: plan.isNotifyIgnored ? "1" : "0",
      TASK_MAX_CONCURRENT: String(plan.slots),
    };
  }
}

function processesOfRun(directory: string): Record<Target | "second", Found[]> {
  const secondHome = join(directory, "second");
  const found = processesOf([join(directory, "home"), secondHome]);
  const isSecond = (one: Found) => one.environment.includes(`RUNBOARD_HOME=${secondHome}`);
  return {
    ...found,
    orchestrator: found.orchestrator.filter((one) => !isSecond(one)),
    second: found.orchestrator.filter(isSecond),
  };
}

const urlThrough = (proxy: DatabaseProxy | null, url: string): string =>
  proxy ? url.replace(/@localhost.*/, `@127.0.0.1:${proxy.port}/runboard`) : url;

/** Resolves when the product says that it is ready. Otherwise rejects with what it said instead, a moment later to have heard it. */
function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on("line", (line) => {
        if (line.includes("Runboard is ready")) resolve();
        if (said.push(line) > lastLines) said.shift();
      });
    const fail = (what: string) =>
      setTimeout(() => reject(new Error([what, "It said last:", ...said].join("\n  "))), hearingMs);
    setTimeout(() => fail(`The product was not ready within ${readyMs / 1000} s.`), readyMs).unref();
    child.once("exit", (code, signal) => fail(`The product ended (${code ?? signal}) before it was ready.`));
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

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { takeLock } from "../lock.ts";
import { type Account, chooseAccount, giveTo } from "./account.ts";
import { databaseAddress, databasePassword, socketDirectory } from "./address.ts";
import { configuration, type Durability } from "./configuration.ts";
import { namedByDisk } from "./full-disk.ts";
import { readPidFile, SHUTDOWN, stopOrphan } from "./postmaster.ts";

export interface EmbeddedOptions {
  /** Everything lies below it: `data`, `socket`, `password`, `postgres.log`. */
  directory: string;
  log: (line: string) => void;
  /** Gives up a start that is under way. */
  signal?: AbortSignal;
  durability?: Durability;
}

export interface EmbeddedExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface EmbeddedDatabase {
  url: string;
  pid: number;
  /** Fast shutdown: open transactions are rolled back, everything committed is kept. */
  stop(): Promise<void>;
  /** Settles once the server has ended, whether asked to or not. */
  exited: Promise<EmbeddedExit>;
}

const MAJOR = "18";
const START_MS = 60_000;
const SHARED_MEMORY_RETRIES = 50;

/**
 * A PostgreSQL of our own, reached through a Unix socket only.
 *
 *   lock → stop what an earlier run left → (initdb under another name, renamed when whole) → postgres → ready
 *
 * Throws LockHeldError when a live process has this directory open, and says so when the disk is full.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  try {
    return await open(options);
  } catch (error) {
    throw namedByDisk(error, options.directory);
  }
}

async function open(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { directory, log, signal, durability = "full" } = options;
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = takeLock(join(directory, "lock"));
  try {
    const data = join(directory, "data");
    const account = chooseAccount(directory, data);
    const password = databasePassword(directory);
    if (fs.existsSync(data)) checkMajor(data);
    else await initialise({ directory, data, account, password, durability, log, signal });
    await stopOrphan(data, log);
    const socket = prepareSocketDirectory(directory, account);
    const config = join(directory, "postgresql.conf");
    fs.writeFileSync(config, configuration(socket, durability), { mode: 0o600 });
    giveTo(account, config);
    const url = databaseAddress(directory);
    const server = await launch({ account, data, config, logFile: join(directory, "postgres.log"), signal });
    const trimming = keepLogShort(join(directory, "postgres.log"));
    const exited = server.exited.finally(() => {
      clearInterval(trimming);
      if (!socket.startsWith(directory)) fs.rmSync(socket, { recursive: true, force: true });
      lock.release();
    });
    const stop = () => stopServer(server.child, exited);
    try {
      await createDatabase(url);
    } catch (error) {
      await stop();
      throw error;
    }
    return { url, pid: server.child.pid!, stop, exited };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function checkMajor(data: string): void {
  const found = fs.readFileSync(join(data, "PG_VERSION"), "utf8").trim();
  if (found === MAJOR) return;
  throw new Error(
    `The database in ${data} was made by PostgreSQL ${found}; this Runboard brings PostgreSQL ${MAJOR}. ` +
      `Dump it with the Runboard that made it and restore the dump here, or set DATABASE_URL to a PostgreSQL ${found} that has it.`,
  );
}

interface Initialise {
  directory: string;
  data: string;
  account: Account;
  password: string;
  durability: Durability;
  log: (line: string) => void;
  signal: AbortSignal | undefined;
}

/** initdb works under another name: a data directory that exists is whole. */
async function initialise({ directory, data, account, password, durability, log, signal }: Initialise): Promise<void> {
  log("Creating the database…");
  for (const name of fs.readdirSync(directory))
    if (name.startsWith("data.new-")) fs.rmSync(join(directory, name), { recursive: true });
  const draft = fs.mkdtempSync(join(directory, "data.new-"));
  const passwordFile = `${draft}.password`;
  try {
    giveTo(account, draft);
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    giveTo(account, passwordFile);
    const sync = durability === "none" ? ["--no-sync"] : [];
    // The builtin C.UTF-8 locale does not change under the data when the system's locales are updated.
    const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const access = ["--username=runboard", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
    await run(
      account,
      account.binaries.initdb,
      ["-D", draft, ...access, ...locale, "--no-instructions", ...sync],
      signal,
    );
    fs.renameSync(draft, data);
  } finally {
    fs.rmSync(passwordFile, { force: true });
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

async function run(account: Account, program: string, args: string[], signal: AbortSignal | undefined): Promise<void> {
  const { file, args: all, ids } = account.command(program, args);
  const child = spawn(file, all, {
    ...ids,
    cwd: "/",
    env: serverEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`The database could not be created:\n${output.trim()}`);
}

/** Nothing of ours leaks in: PGDATA, PGPORT and the like would change what the server does. */
function serverEnvironment(): NodeJS.ProcessEnv {
  return { NODE_ENV: "production", LC_ALL: "C", PATH: "/usr/local/bin:/usr/bin:/bin", TZ: "UTC" };
}

function prepareSocketDirectory(directory: string, account: Account): string {
  const path = socketDirectory(directory);
  fs.mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = fs.lstatSync(path);
  const allowed = [process.getuid?.(), account.owner?.uid];
  if (!found.isDirectory() || !allowed.includes(found.uid)) {
    throw new Error(`${path} belongs to somebody else. Remove it, or choose a shorter RUNBOARD_HOME.`);
  }
  fs.chmodSync(path, 0o700);
  giveTo(account, path);
  // Whoever made them is gone (see stopOrphan); PostgreSQL would ask their pids and be told of an unreaped process.
  for (const name of fs.readdirSync(path)) if (name.startsWith(".s.PGSQL.")) fs.rmSync(join(path, name));
  return path;
}

interface Launch {
  account: Account;
  data: string;
  config: string;
  logFile: string;
  signal: AbortSignal | undefined;
}

interface Server {
  child: ChildProcess;
  exited: Promise<EmbeddedExit>;
}

/** After a kill -9 of the server its last children hold the shared memory for a moment; only that is tried again. */
async function launch(options: Launch): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const from = sizeOf(options.logFile);
    const server = spawnServer(options);
    if (await isReady(server, options)) return server;
    const said = fs.readFileSync(options.logFile).subarray(from).toString().trim();
    options.signal?.throwIfAborted();
    if (!said.includes("shared memory block") || attempt >= SHARED_MEMORY_RETRIES) {
      throw new Error(`The database did not start:\n${said || "(it said nothing)"}\nIts log: ${options.logFile}`);
    }
    await pause(100);
  }
}

/** In a process group of its own: a terminal's Ctrl+C would be a shutdown to it before anybody else is done. */
function spawnServer({ account, data, config, logFile }: Launch): Server {
  const { file, args, ids } = account.command(account.binaries.postgres, ["-D", data, "-c", `config_file=${config}`]);
  const log = fs.openSync(logFile, "a", 0o600);
  try {
    const child = spawn(file, args, {
      ...ids,
      cwd: "/",
      env: serverEnvironment(),
      stdio: ["ignore", log, log],
      detached: true,
    });
    const exited = new Promise<EmbeddedExit>((resolve) => {
      child.on("error", () => resolve({ code: null, signal: null }));
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    return { child, exited };
  } finally {
    fs.closeSync(log);
  }
}

/** True once it takes connections, false when it ended before. */
async function isReady({ child, exited }: Server, { data, signal }: Launch): Promise<boolean> {
  let over = false;
  void exited.then(() => (over = true));
  const until = performance.now() + START_MS;
  while (!over) {
    const file = readPidFile(data);
    if (file?.pid === child.pid && file?.status === "ready") return true;
    if (signal?.aborted || performance.now() > until) {
      await stopServer(child, exited);
      return false;
    }
    await pause(10);
  }
  return false;
}

async function stopServer(child: ChildProcess, exited: Promise<EmbeddedExit>): Promise<void> {
  for (const { signal, waitMs } of SHUTDOWN) {
    child.kill(signal);
    if (await settles(exited, waitMs)) return;
  }
}

async function settles(promise: Promise<unknown>, waitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), waitMs);
  });
  const settled = await Promise.race([promise.then(() => true as const), late]);
  clearTimeout(timer);
  return settled;
}

async function createDatabase(url: string): Promise<void> {
  const maintenance = new URL(url);
  maintenance.pathname = "/postgres";
  const client = new Client({ connectionString: maintenance.href });
  client.on("error", () => {});
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = 'runboard'");
    if (found.rowCount === 0) await client.query("CREATE DATABASE runboard");
  } finally {
    await client.end();
  }
}

/** The server appends, so its log can be cut from outside at any time. */
function keepLogShort(path: string): NodeJS.Timeout {
  const limitBytes = 16 * 1024 * 1024;
  const trim = () => {
    if (sizeOf(path) <= limitBytes) return;
    fs.copyFileSync(path, `${path}.1`);
    fs.truncateSync(path);
  };
  trim();
  return setInterval(trim, 600_000).unref();
}

function sizeOf(path: string): number {
  return fs.statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

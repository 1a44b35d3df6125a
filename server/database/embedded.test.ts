import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LockHeldError } from "../lock.ts";
import { identify, isAlive } from "../process-identity.ts";
import { type EmbeddedDatabase, startEmbedded } from "./embedded.ts";

// Some start a database twice, and other programs may take the machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let parent: string;
let directory: string;
const open: EmbeddedDatabase[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  // mkdtemp makes it 0700: as root, only root may enter.
  parent = mkdtempSync(join(tmpdir(), "runboard-embedded-"));
  directory = join(parent, "postgres");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await Promise.all(open.splice(0).map((database) => database.stop()));
  rmSync(parent, { recursive: true, force: true });
});

async function start(at = directory): Promise<EmbeddedDatabase> {
  const database = await startEmbedded({ directory: at, log: () => {}, durability: "none" });
  open.push(database);
  return database;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function startElsewhere(
  command: string[] = [process.execPath],
): Promise<{ child: ChildProcess; pid: number; url: string }> {
  const [file = "", ...before] = command;
  const fixture = fileURLToPath(new URL("./embedded-fixture.ts", import.meta.url));
  const child = spawn(file, [...before, "--import", "tsx", fixture, directory], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const [line] = await once(createInterface({ input: child.stdout! }), "line");
  return { child, ...JSON.parse(line) };
}

test("a first start makes the database, a second one finds what was written", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE note AS SELECT 'kept' AS text");
  await first.stop();
  expect(await first.exited).toEqual({ code: 0, signal: null });
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "SELECT text FROM note")).toEqual([{ text: "kept" }]);
});

test("it listens on a private socket only, asks for a password, and Prisma reads its address", async () => {
  const { url } = await start();
  const rows = await query(
    url,
    "SELECT current_setting('listen_addresses') AS tcp, current_setting('TimeZone') AS zone",
  );
  expect(rows).toEqual([{ tcp: "", zone: "UTC" }]);
  expect(statSync(join(directory, "socket")).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, "password")).mode & 0o777).toBe(0o600);
  const wrong = new URL(url);
  wrong.password = "wrong";
  await expect(query(wrong.href, "SELECT 1")).rejects.toThrow(/password/);
  const adapter = await new PrismaPg({ connectionString: url }).connect();
  const { rows: prisma } = await adapter.queryRaw({ sql: "SELECT current_database()", args: [], argTypes: [] });
  await adapter.dispose();
  expect(prisma).toEqual([["runboard"]]);
});

test("by default an acknowledged write is on the disk", async () => {
  const database = await startEmbedded({ directory, log: () => {} });
  open.push(database);
  const rows = await query(
    database.url,
    "SELECT current_setting('fsync') AS f, current_setting('synchronous_commit') AS s",
  );
  expect(rows).toEqual([{ f: "on", s: "on" }]);
});

test("a second opener is refused with the holder's pid, and the first one goes on", async () => {
  const holder = await startElsewhere();
  const refused = startEmbedded({ directory, log: () => {} });
  await expect(refused).rejects.toThrow(LockHeldError);
  await expect(refused).rejects.toMatchObject({ pid: holder.child.pid });
  expect(await query(holder.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  holder.child.stdin!.end();
  await once(holder.child, "exit");
});

test("after kill -9 of its owner the orphaned server is stopped and nothing committed is lost", async () => {
  const holder = await startElsewhere();
  await query(holder.url, "CREATE TABLE note AS SELECT 'kept' AS text");
  const orphan = identify(holder.pid)!;
  holder.child.kill("SIGKILL");
  await once(holder.child, "exit");
  expect(isAlive(orphan)).toBe(true);
  const { url } = await start();
  expect(isAlive(orphan)).toBe(false);
  expect(await query(url, "SELECT text FROM note")).toEqual([{ text: "kept" }]);
});

test("after kill -9 of the server it starts again, though its last connection is still busy", async () => {
  const first = await start();
  const client = new Client({ connectionString: first.url });
  client.on("error", () => {});
  await client.connect();
  const busy = client.query("SELECT pg_sleep(60)").catch(() => {});
  process.kill(first.pid, "SIGKILL");
  expect(await first.exited).toMatchObject({ signal: "SIGKILL" });
  const second = await start();
  expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  await busy;
  await client.end().catch(() => {});
});

test("a stranger who got the dead server's pid is left alone", async () => {
  const first = await start();
  const pidFile = join(directory, "data", "postmaster.pid");
  const content = readFileSync(pidFile, "utf8");
  await first.stop();
  const stranger = spawn("sleep", ["60"]);
  children.push(stranger);
  writeFileSync(pidFile, content.replace(/^\d+/, String(stranger.pid)));
  const { uid, gid } = statSync(join(directory, "data"));
  chownSync(pidFile, uid, gid);
  const second = await start();
  expect(await query(second.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  expect(stranger.exitCode).toBeNull();
  expect(stranger.signalCode).toBeNull();
});

test("a creation that is given up leaves no half database", async () => {
  const stopping = AbortSignal.abort();
  await expect(startEmbedded({ directory, log: () => {}, signal: stopping })).rejects.toThrow();
  expect(readdirSync(directory).filter((name) => name.startsWith("data"))).toEqual([]);
  await start();
});

test("the data of another PostgreSQL is refused with what to do", async () => {
  mkdirSync(join(directory, "data"), { recursive: true });
  writeFileSync(join(directory, "data", "PG_VERSION"), "17\n");
  writeFileSync(join(directory, "password"), "secret\n");
  await expect(start()).rejects.toThrow(/PostgreSQL 17.*restore the dump/s);
  expect(existsSync(join(directory, "lock"))).toBe(false);
});

test("a home too deep for a socket's path still works", async () => {
  const database = await start(join(parent, "a".repeat(60), "b".repeat(60), "postgres"));
  expect(await query(database.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

const AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--", process.execPath];
const canBeNobody =
  process.getuid?.() === 0 &&
  spawnSync("setpriv", [...AS_NOBODY.slice(1), "-e", `fs.readdirSync(${JSON.stringify(process.cwd())})`]).status === 0;

test.runIf(canBeNobody)("an ordinary user starts it as themselves", async () => {
  chownSync(parent, 65534, 65534);
  const holder = await startElsewhere(AS_NOBODY);
  expect(statSync(`/proc/${holder.pid}`).uid).toBe(65534);
  expect(await query(holder.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  holder.child.stdin!.end();
  await once(holder.child, "exit");
});

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import type { LogLimits } from "@/lib/session/log.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createLogShipper } from "./log-shipper.ts";

provideTestDatabase();
const directory = mkdtempSync(join(tmpdir(), "runboard-shipper-"));
afterAll(() => rmSync(directory, { recursive: true }));

const kib = 1024;
const mib = 1024 * kib;
const defaults: LogLimits = { logMaxBytes: 16 * mib, lineMaxBytes: 64 * kib };
const shipperOf = (limits: Partial<LogLimits> = {}) => createLogShipper(() => ({ ...defaults, ...limits }));

async function newSession(): Promise<{ sessionId: string; path: string }> {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const { claims } = await (await newWorker()).step();
  const { sessionId } = claims.find(({ taskId }) => taskId === task.id)!;
  return { sessionId, path: join(directory, sessionId) };
}

async function shipped(sessionId: string): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const page = await readLogs(db(), { sessionId, after, waitSeconds: 0 });
    if (page.items.length === 0) return text;
    text += page.items.map((item) => item.text).join("");
    after = page.nextOffset;
  }
}

const rowOf = (sessionId: string) =>
  db().session.findUniqueOrThrow({ where: { id: sessionId }, include: { sandbox: true } });

/** Numbered lines of 100 bytes. */
const lines = (from: number, count: number): string =>
  Array.from({ length: count }, (_, n) => `${String(from + n).padStart(9, "0")} ${"x".repeat(89)}\n`).join("");

it("brings every byte over, cut only between characters, however the file grows", async () => {
  const { sessionId, path } = await newSession();
  const shipper = shipperOf({ lineMaxBytes: mib });
  const line = `${"ä€😀".repeat(9_000)}\n`;
  writeFileSync(path, line);
  shipper.follow(sessionId, path, 0);
  for (let n = 0; n < 5; n++) appendFileSync(path, `${n} ${line}`);
  await shipper.finish(sessionId);
  expect(await shipped(sessionId)).toBe(line + [0, 1, 2, 3, 4].map((n) => `${n} ${line}`).join(""));
  expect(await rowOf(sessionId)).toMatchObject({ droppedBytes: 0n, cappedBytes: null });
});

it("two that read the same file write nothing twice, and a successor goes on where the first one stopped", async () => {
  const { sessionId, path } = await newSession();
  writeFileSync(path, "one\ntwo\n");
  const first = shipperOf();
  first.follow(sessionId, path, 0);
  await first.finish(sessionId);
  appendFileSync(path, "three\n");
  const [late, successor] = [shipperOf(), shipperOf()];
  late.follow(sessionId, path, 0);
  successor.follow(sessionId, path, 8);
  await Promise.all([late.finish(sessionId), successor.finish(sessionId)]);
  expect(await shipped(sessionId)).toBe("one\ntwo\nthree\n");
});

it("a full log keeps its beginning, says so, and ends with the end and how much stood between", async () => {
  const { sessionId, path } = await newSession();
  const shipper = shipperOf({ logMaxBytes: 200 * kib });
  const all = lines(0, 10_000);
  writeFileSync(path, all);
  shipper.follow(sessionId, path, 0);
  await shipper.finish(sessionId);
  const text = await shipped(sessionId);
  const notices = [...text.matchAll(/^… .* …$/gm)].map(([notice]) => notice);
  expect(notices).toEqual([
    "… The log is full at 200 KiB: more output is left out here, its end follows when the session has ended …",
    "… 713 KiB of output were left out here …",
  ]);
  expect(text.startsWith(all.slice(0, 200 * kib))).toBe(true);
  const tail = text.slice(text.lastIndexOf("…\n") + 2);
  expect(all.endsWith(tail)).toBe(true);
  expect(tail).toMatch(/^\d{9} x/);
  expect(tail.length).toBeGreaterThan(60 * kib);
  const row = await rowOf(sessionId);
  expect(Number(row.droppedBytes)).toBe(all.length - 200 * kib - tail.length);
  await shipper.finish(sessionId);
  expect(await shipped(sessionId)).toBe(text);
});

it("output a little over the cap loses nothing", async () => {
  const { sessionId, path } = await newSession();
  const all = lines(0, 2_100);
  writeFileSync(path, all);
  const shipper = shipperOf({ logMaxBytes: 200 * kib });
  shipper.follow(sessionId, path, 0);
  await shipper.finish(sessionId);
  const text = await shipped(sessionId);
  expect(withoutNotices(text)).toBe(all);
  expect(await rowOf(sessionId)).toMatchObject({ droppedBytes: 0n, cappedBytes: 0n });
});

it("a file that grows over the cap is cut while its command writes; a successor counts on exactly", async () => {
  const { sessionId, path } = await newSession();
  const limits = { logMaxBytes: 100 * kib };
  const block = lines(0, 42_000);
  writeFileSync(path, block);
  const first = shipperOf(limits);
  first.follow(sessionId, path, 0);
  for (let n = 0; n < 9; n++) {
    appendFileSync(path, block);
    await eventually(() => statSync(path).size < 17 * mib, 30_000);
  }
  await first.close();
  appendFileSync(path, "the very last line\n");
  const { readBytes } = (await rowOf(sessionId)).sandbox!;
  const second = shipperOf(limits);
  second.follow(sessionId, path, Number(readBytes));
  await second.finish(sessionId);
  const text = await shipped(sessionId);
  const written = 10 * block.length + "the very last line\n".length;
  expect(text.endsWith("the very last line\n")).toBe(true);
  expect(text).toContain("40 MiB of output were left out here");
  expect(Number((await rowOf(sessionId)).droppedBytes)).toBe(written - withoutNotices(text).length);
}, 60_000);

it("a command that writes far faster than anybody reads: its beginning and end are kept, its file stays small", async () => {
  const { sessionId, path } = await newSession();
  const shipper = shipperOf();
  const flood = startWriting(path, "seq -f '%09.0f of a flood that nobody reads' 1 6000000; echo the very last line");
  shipper.follow(sessionId, path, 0);
  let [largest, isOver] = [0, false];
  const ended = once(flood, "exit").then(() => (isOver = true));
  await eventually(() => {
    largest = Math.max(largest, sizeOf(path));
    return isOver;
  }, 60_000);
  await ended;
  await shipper.finish(sessionId);
  const text = await shipped(sessionId);
  const flooded = 6_000_000 * "000000001 of a flood that nobody reads\n".length;
  expect(flooded).toBeGreaterThan(200 * mib);
  expect(largest).toBeLessThan(100 * mib);
  expect(withoutNotices(text).startsWith("000000001 of a flood")).toBe(true);
  expect(
    withoutNotices(text)
      .slice(0, 16 * mib)
      .split("\n")
      .slice(0, -1)
      .map((line) => Number(line.slice(0, 9))),
  ).toEqual(Array.from({ length: Math.floor((16 * mib) / 39) }, (_, n) => n + 1));
  expect(text.endsWith("006000000 of a flood that nobody reads\nthe very last line\n")).toBe(true);
  const { droppedBytes } = await rowOf(sessionId);
  const counted = Number(droppedBytes) + withoutNotices(text).length;
  expect(Math.abs(counted / flooded - 1)).toBeLessThan(0.01);
  expect(readdirSync(directory).filter((name) => name.startsWith(`${sessionId}.head`))).toEqual([]);
}, 90_000);

it("a line without an end is cut once, in constant memory, whoever goes on reading it", async () => {
  const { sessionId, path } = await newSession();
  const limits = { lineMaxBytes: 64 * kib };
  writeFileSync(path, `first\n${"€".repeat(100_000)}`);
  let shipper = shipperOf(limits);
  for (let part = 0; part < 4; part++) {
    shipper.follow(sessionId, path, part === 0 ? 0 : Number((await rowOf(sessionId)).sandbox!.readBytes));
    appendFileSync(path, "y".repeat(30 * mib));
    const end = 6 + 300_000 + (part + 1) * 30 * mib;
    await eventually(async () => Number((await rowOf(sessionId)).sandbox!.readBytes) === end, 60_000);
    await eventually(() => statSync(path).size < 81 * mib, 60_000);
    await shipper.close();
    shipper = shipperOf(limits);
  }
  appendFileSync(path, "\nlast\n");
  shipper.follow(sessionId, path, Number((await rowOf(sessionId)).sandbox!.readBytes));
  await shipper.finish(sessionId);
  const kept = "€".repeat(Math.floor((64 * kib) / 3));
  expect(await shipped(sessionId)).toBe(`first\n${kept} … 120 MiB of this line were left out …\nlast\n`);
  const dropped = 300_000 - Buffer.byteLength(kept) + 120 * mib;
  expect(await rowOf(sessionId)).toMatchObject({ droppedBytes: BigInt(dropped), cappedBytes: null });
}, 120_000);

it("a line that never ends says so when its session has", async () => {
  const { sessionId, path } = await newSession();
  writeFileSync(path, "z".repeat(100 * kib));
  const shipper = shipperOf();
  shipper.follow(sessionId, path, 0);
  await shipper.finish(sessionId);
  expect(await shipped(sessionId)).toBe(`${"z".repeat(64 * kib)} … 36 KiB of this line were left out …`);
});

it("sessions that flood hold up none that say little", async () => {
  const floods = [await newSession(), await newSession(), await newSession()];
  const quiet = await newSession();
  const shipper = shipperOf();
  const writers = floods.map(({ path }) => startWriting(path, "yes a line of a flood | head -c 300000000"));
  for (const { sessionId, path } of [...floods, quiet]) shipper.follow(sessionId, path, 0);
  const delays: number[] = [];
  for (let n = 0; n < 10; n++) {
    const wrote = performance.now();
    appendFileSync(quiet.path, `${n}\n`);
    await eventually(async () => Number((await rowOf(quiet.sessionId)).logBytes) === 2 * (n + 1));
    delays.push(performance.now() - wrote);
  }
  expect(Math.max(...delays)).toBeLessThan(3_000);
  for (const writer of writers) writer.kill();
  await Promise.all([...floods, quiet].map(({ sessionId }) => shipper.finish(sessionId)));
  expect(await shipped(quiet.sessionId)).toBe("0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n");
}, 60_000);

it("a command that empties its own output is followed from there on", async () => {
  const { sessionId, path } = await newSession();
  const shipper = shipperOf();
  writeFileSync(path, "before, and longer than what comes then\n");
  shipper.follow(sessionId, path, 0);
  await eventually(async () => (await rowOf(sessionId)).logBytes > 0n);
  truncateSync(path);
  appendFileSync(path, "after\n");
  await eventually(async () => (await shipped(sessionId)).endsWith("after\n"));
  await shipper.close();
  appendFileSync(path, "with a successor\n");
  const successor = shipperOf();
  successor.follow(sessionId, path, Number((await rowOf(sessionId)).sandbox!.readBytes));
  await successor.finish(sessionId);
  expect(await shipped(sessionId)).toBe("before, and longer than what comes then\nafter\nwith a successor\n");
});

it("output of a session whose rows are gone is left, and nobody waits for it", async () => {
  const { sessionId, path } = await newSession();
  writeFileSync(path, "for nobody\n");
  await db().session.delete({ where: { id: sessionId } });
  const shipper = shipperOf();
  shipper.follow(sessionId, path, 0);
  await shipper.finish(sessionId);
  expect(await db().logChunk.count({ where: { sessionId } })).toBe(0);
});

const withoutNotices = (text: string): string => text.replace(/^… .* …\n/gm, "");

const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

function startWriting(path: string, line: string): ChildProcess {
  return spawn("/bin/sh", ["-c", `(${line}) >> "${path}"`], { stdio: "ignore" });
}

it("the last lines of many wait for a database that takes nothing: told once, and once when it is over", async () => {
  const [source] = await db().$queryRaw<[{ text: string }]>`
    SELECT pg_get_functiondef(oid) AS text FROM pg_proc WHERE proname = 'append_output'`;
  const sessions = await Promise.all([newSession(), newSession(), newSession()]);
  const shipper = shipperOf();
  // A sequence counts what is rolled back, too.
  await db().$executeRaw`CREATE SEQUENCE tries`;
  await db().$executeRawUnsafe(
    source.text.replace(
      /\$function\$[\s\S]*\$function\$/,
      "$$$$ BEGIN PERFORM nextval('tries'); RAISE 'away'; END $$$$",
    ),
  );
  const warned = vi.spyOn(logger, "warn");
  for (const { sessionId, path } of sessions) {
    writeFileSync(path, lines(0, 1));
    shipper.follow(sessionId, path, 0);
  }
  const finished = Promise.all(sessions.map(({ sessionId }) => shipper.finish(sessionId)));
  await eventually(async () => {
    const [tries] = await db().$queryRaw<[{ n: number }]>`SELECT last_value::int AS n FROM tries`;
    return tries.n >= 8;
  });
  await db().$executeRawUnsafe(source.text);
  await finished;
  for (const { sessionId } of sessions) expect(await shipped(sessionId)).toBe(lines(0, 1));
  expect(warned.mock.calls.map(([, message]) => message)).toEqual([
    "the last lines of sessions wait and are repeated",
    "the last lines of sessions go on",
  ]);
  expect(JSON.stringify(warned.mock.calls)).not.toContain("stack");
  warned.mockRestore();
});

import { expect, it } from "vitest";
import { configSchema } from "@/lib/config/schema.ts";
import { db } from "@/lib/db.ts";
import { appendLog, appendOutput, type OutputPiece, removeOldLogs } from "@/lib/session/log.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import type { LogPage } from "@/lib/session/schema.ts";
import { call, newProject, newTask, newWorker, pieceOf, provideTestDatabase, reportOf } from "@/lib/testing/world.ts";

provideTestDatabase();

const kib = 1024;
const limits = configSchema.parse({});

async function newSession() {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const worker = await newWorker();
  const { claims } = await worker.step();
  const claim = claims.find(({ taskId }) => taskId === task.id)!;
  const caller = { actor: { type: "session", id: claim.sessionId, name: "s" }, sandboxId: claim.sandboxId } as const;
  const say = (text: string) =>
    call<{ nextOffset: number }>("sandbox", "log", { sandboxId: claim.sandboxId, text }, { caller });
  return { ...claim, say, end: () => worker.step([reportOf(claim)], 0) };
}

async function textOf(sessionId: string): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const page = await readLogs(db(), { sessionId, after, waitSeconds: 0 });
    expect(page.items.every(({ offset }) => offset >= after)).toBe(true);
    if (page.items.length === 0) return text;
    text += page.items.map((item) => item.text).join("");
    after = page.nextOffset;
  }
}

const rowOf = (id: string) => db().session.findUniqueOrThrow({ where: { id } });

it("what a sandbox logs over HTTP obeys the cap: it is full once, says so, and counts what follows", async () => {
  const { sessionId, say } = await newSession();
  await call("config", "update", { values: { logMaxBytes: 64 * kib } });
  const text = `${"é".repeat(499)}\n`;
  for (let n = 0; n < 100; n++) await say(text);
  await call("config", "update", { values: { logMaxBytes: limits.logMaxBytes } });
  const { nextOffset } = await say(text);
  const log = await textOf(sessionId);
  expect(Buffer.byteLength(log)).toBe(nextOffset);
  const [kept = "", notice] = log.split(/\n(?=…)/);
  expect(notice).toBe("… The log is full at 64 KiB: more output is left out …\n");
  expect(text.repeat(100).startsWith(kept)).toBe(true);
  expect(Buffer.byteLength(kept)).toBeGreaterThanOrEqual(64 * kib - 1);
  const dropped = BigInt(101 * Buffer.byteLength(text) - Buffer.byteLength(kept));
  expect(await rowOf(sessionId)).toMatchObject({ droppedBytes: dropped, cappedBytes: dropped });
});

it("long lines are cut that come over HTTP too", async () => {
  const { sessionId, say } = await newSession();
  await call("config", "update", { values: { lineMaxBytes: kib } });
  await say(`short\n${"x".repeat(3 * kib)}\nshort\n${"y".repeat(2 * kib)}`);
  await call("config", "update", { values: { lineMaxBytes: limits.lineMaxBytes } });
  expect(await textOf(sessionId)).toBe(
    `short\n${"x".repeat(kib)} … 2.0 KiB of this line were left out …\nshort\n${"y".repeat(kib)} … 1.0 KiB of this line were left out …`,
  );
  expect(await rowOf(sessionId)).toMatchObject({ droppedBytes: BigInt(3 * kib), cappedBytes: null });
});

it("many write to many logs at once, from files and over HTTP: nothing twice, nothing over the cap", async () => {
  const sessions = [await newSession(), await newSession(), await newSession()];
  const small = { ...limits, logMaxBytes: 64 * kib };
  const line = `${"z".repeat(999)}\n`;
  const fromFiles = async () => {
    for (let n = 0; n < 60; n++) {
      const pieces = sessions.map(({ sessionId }) => pieceOf(sessionId, n * 1000, line));
      await appendOutput(db(), n % 2 ? pieces : pieces.toReversed(), small);
    }
  };
  const overHttp = async (sessionId: string) => {
    for (let n = 0; n < 30; n++) await appendLog(db(), sessionId, Buffer.from(line), small);
  };
  await Promise.all([fromFiles(), fromFiles(), ...sessions.map(({ sessionId }) => overHttp(sessionId))]);
  for (const { sessionId } of sessions) {
    const { logBytes, cappedBytes, droppedBytes } = await rowOf(sessionId);
    const [kept = "", ...notices] = (await textOf(sessionId)).split(/\n(?=…)/);
    expect([kept.length, notices.length]).toEqual([64 * kib, 1]);
    expect([Number(cappedBytes), Number(droppedBytes)]).toEqual([90_000 - 64 * kib, 90_000 - 64 * kib]);
    expect(Number(logBytes)).toBeLessThan(64 * kib + 200);
  }
});

it("the end of a full log is taken once, whoever brings it again, and nothing after it", async () => {
  const { sessionId } = await newSession();
  const full: OutputPiece = { ...pieceOf(sessionId, 0, "begin\n"), isFull: true };
  const closing: OutputPiece = { ...pieceOf(sessionId, 6, "the end\n"), end: 106, dropped: 92, isClosing: true };
  await appendOutput(db(), [full], limits);
  for (const piece of [full, closing, closing, pieceOf(sessionId, 106, "late\n")])
    await appendOutput(db(), [piece], limits);
  expect((await textOf(sessionId)).replace(/… .* …\n/, "")).toBe("begin\nthe end\n");
  expect(await rowOf(sessionId)).toMatchObject({ droppedBytes: 92n, cappedBytes: 92n });
});

it("a page holds a quarter of a megabyte of large pieces or two thousand small ones", async () => {
  const [large, small] = [await newSession(), await newSession()];
  const piece = `${"l".repeat(128 * kib - 1)}\n`;
  for (let n = 0; n < 6; n++) await appendOutput(db(), [pieceOf(large.sessionId, n * piece.length, piece)], limits);
  for (let n = 0; n < 2500; n += 500) {
    const lines = Array.from({ length: 500 }, (_, at) => pieceOf(small.sessionId, (n + at) * 2, "s\n"));
    await appendOutput(db(), lines, limits);
  }
  const pageOf = ({ sessionId }: { sessionId: string }, after = 0) =>
    call<LogPage>("session", "logs", { sessionId, after });
  expect((await pageOf(large)).nextOffset).toBe(256 * kib);
  expect((await pageOf(large, 100)).items[0]).toMatchObject({ offset: 100 });
  expect((await pageOf(small)).nextOffset).toBe(4000);
  expect(await textOf(small.sessionId)).toBe("s\n".repeat(2500));
});

it("logs of sessions that ended long ago are removed, and the page says so; others stay", async () => {
  const [old, live, young] = [await newSession(), await newSession(), await newSession()];
  for (const { sessionId } of [old, live, young]) await appendOutput(db(), [pieceOf(sessionId, 0, "text\n")], limits);
  await old.end();
  await young.end();
  const longAgo = new Date(Date.now() - 40 * 86_400_000);
  await db().session.updateMany({ where: { id: old.sessionId }, data: { endedAt: longAgo } });
  const before = new Date(Date.now() - 30 * 86_400_000);
  expect(await removeOldLogs(db(), before)).toBe(1);
  expect(await removeOldLogs(db(), before)).toBe(0);
  const pageOf = ({ sessionId }: { sessionId: string }) => call<LogPage>("session", "logs", { sessionId });
  const { logRemovedAt } = await rowOf(old.sessionId);
  const removedAt = logRemovedAt!.toISOString();
  expect(await pageOf(old)).toEqual({ items: [], nextOffset: 5, isComplete: true, removedAt });
  expect(await db().logChunk.count({ where: { sessionId: old.sessionId } })).toBe(0);
  for (const other of [live, young]) expect(await pageOf(other)).toMatchObject({ nextOffset: 5, removedAt: null });
});

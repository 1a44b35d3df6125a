import { expect, it } from "vitest";
import type { Ending } from "../session/verdict.ts";
import { createDisk, type Disk } from "./disk.ts";
import { nameByDisk } from "./name-by-disk.ts";

const mib = 1024 * 1024;
const config = { diskMinFreeBytes: 100 * mib } as Parameters<typeof nameByDisk>[0]["config"];

function diskWith(freeBytes: number, freeFiles = 100_000) {
  const stats = { bavail: freeBytes / 4096, bsize: 4096, ffree: freeFiles, files: 200_000 };
  let nowMs = 0;
  const disk = createDisk("/", { wasFullMs: 30_000, read: async () => stats, now: () => nowMs });
  const lookAt = async (free: number) => {
    stats.bavail = free / 4096;
    await disk.look(100 * mib);
    return disk.isShort;
  };
  return { disk, lookAt, stats, pass: (ms: number) => (nowMs += ms) };
}

it("is short below the limit, and until a quarter more than it is free", async () => {
  const { disk, lookAt } = diskWith(0);
  expect([disk.freeBytes, disk.isShort]).toEqual([null, false]);
  expect(await lookAt(101 * mib)).toBe(false);
  expect(await lookAt(99 * mib)).toBe(true);
  expect(await lookAt(110 * mib)).toBe(true);
  expect(await lookAt(126 * mib)).toBe(false);
  expect(await lookAt(110 * mib)).toBe(false);
  expect(disk.freeBytes).toBe(110 * mib);
});

it("is short when it runs out of files, unless it does not count them", async () => {
  const { disk, stats } = diskWith(1000 * mib, 10);
  await disk.look(100 * mib);
  expect([disk.isShort, disk.isFull]).toEqual([true, false]);
  Object.assign(stats, { files: 0, ffree: 0 });
  await disk.look(100 * mib);
  expect([disk.isShort, disk.isFull]).toEqual([false, false]);
});

it("is short for a while when somebody met its end, whatever it says", async () => {
  const { disk, lookAt, pass } = diskWith(0);
  disk.wasFull();
  expect(await lookAt(1000 * mib)).toBe(true);
  pass(31_000);
  expect(disk.isShort).toBe(false);
});

const exited = (exitCode: number, lastLine: string): Ending => ({ kind: "exited", exitCode, lastLine });
const failed = (
  reason: "START_FAILED" | "PROCESS_VANISHED" | "COMMIT_FAILED" | "MERGE_CONFLICT",
  message: string,
): Ending => ({
  ...{ kind: "failed", reason, message },
});
const full = "fatal: write error: No space left on device";

it.each<{ says: string; ending: Ending; freeBytes: number; isNamed: boolean }>([
  {
    says: "a command that says so",
    ending: exited(1, "cp: error writing 'x': No space left on device"),
    freeBytes: 50 * mib,
    isNamed: true,
  },
  { says: "git that says so", ending: failed("START_FAILED", full), freeBytes: 500 * mib, isNamed: true },
  {
    says: "a quota",
    ending: failed("COMMIT_FAILED", "EDQUOT: disk quota exceeded, write"),
    freeBytes: 500 * mib,
    isNamed: true,
  },
  {
    says: "a wrapper without a word on a full disk",
    ending: failed("PROCESS_VANISHED", "gone"),
    freeBytes: 0,
    isNamed: true,
  },
  { says: "a command without a word on a full disk", ending: exited(2, ""), freeBytes: 0, isNamed: true },
  { says: "a conflict on a full disk", ending: failed("MERGE_CONFLICT", "a.txt"), freeBytes: 0, isNamed: false },
  { says: "a success on a full disk", ending: exited(0, ""), freeBytes: 0, isNamed: false },
  { says: "a time limit on a full disk", ending: { kind: "timedOut" }, freeBytes: 0, isNamed: false },
  { says: "a failure on a disk that is merely short", ending: exited(1, "no"), freeBytes: 50 * mib, isNamed: false },
  {
    says: "a command that speaks of another disk",
    ending: exited(1, "No space left on device"),
    freeBytes: 500 * mib,
    isNamed: false,
  },
  {
    says: "a wrapper that vanished with space to spare",
    ending: failed("PROCESS_VANISHED", "gone"),
    freeBytes: 500 * mib,
    isNamed: false,
  },
])("of $says", async ({ ending, freeBytes, isNamed }) => {
  const { disk } = diskWith(freeBytes);
  const named = await nameByDisk({ disk, config }, ending);
  if (isNamed) expect(named).toMatchObject({ kind: "failed", reason: "DISK_FULL" });
  else expect(named).toEqual(ending);
  if (isNamed) expect(disk.isShort).toBe(true);
});

it("keeps the commit and the words of what it names", async () => {
  const disk: Disk = diskWith(0).disk;
  expect(await nameByDisk({ disk, config }, { ...failed("COMMIT_FAILED", full), resultCommit: "abc" })).toEqual({
    ...{ kind: "failed", reason: "DISK_FULL", resultCommit: "abc" },
    message: `There was no space left on the disk: ${full}`,
  });
});

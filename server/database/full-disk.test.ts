import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { keepRunning } from "../keep-running.ts";
import { type EmbeddedDatabase, startEmbedded } from "./embedded.ts";
import { namedByDisk } from "./full-disk.ts";

const disk = mkdtempSync(join(tmpdir(), "runboard-small-disk-"));
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", disk]).status === 0;
const directory = join(disk, "postgres");
const filler = join(disk, "filler");

afterAll(() => {
  if (isMounted) execFileSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true, force: true });
});

/** Until not a byte is free. */
function fill(): void {
  const file = openSync(filler, "a");
  try {
    for (const size of [1 << 20, 4096, 1])
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
  } finally {
    closeSync(file);
  }
}

async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Small rows, and much of the write-ahead log, until the server gives up. Answers the rows it has acknowledged. */
async function writeUntilItEnds({ url, exited }: EmbeddedDatabase): Promise<number[]> {
  const client = await connected(url);
  let isOver = false;
  void exited.then(() => (isOver = true));
  const acknowledged: number[] = [];
  for (let n = 0; !isOver; n++) {
    const written = await client.query("INSERT INTO kept VALUES ($1)", [n]).catch(() => null);
    if (written) acknowledged.push(n);
    await client.query("SELECT pg_logical_emit_message(true, 'much', repeat('x', 500000))").catch(() => {});
    // A connection that is gone refuses at once, and the server's end has to be heard.
    await setImmediate();
  }
  return acknowledged;
}

describe.skipIf(!isMounted)("the database on a full disk (skipped where no tmpfs can be mounted)", () => {
  it("ends, says what to do at every try, leaves nothing of a try behind, and goes on by itself when there is space", async () => {
    const over = new AbortController();
    const said: string[] = [];
    const opened: EmbeddedDatabase[] = [];
    const start = async () => {
      const database = await startEmbedded({ directory, log: () => {}, signal: over.signal });
      opened.push(database);
      return { ended: database.exited.then(({ code, signal }) => `${code ?? signal}`) };
    };
    const first = await start();
    const log = (line: string) => said.push(line);
    const loop = keepRunning({ name: "The database", first, start, log, signal: over.signal });
    const client = await connected(opened[0]!.url);
    await client.query("CREATE TABLE kept (n int)");
    await client.query("INSERT INTO kept SELECT -1 FROM generate_series(1, 1000)");
    await client.query("DELETE FROM kept");
    fill();
    const acknowledged = await writeUntilItEnds(opened[0]!);
    await expect
      .poll(() => said.filter((line) => line.includes("did not start")).length, { timeout: 30_000 })
      .toBeGreaterThan(1);
    for (const line of said.filter((one) => one.includes("did not start")))
      expect(line).toMatch(
        /^The database did not start: The disk that holds .* is full \(.* free\), so the database cannot start\. Nothing .* Free at least 32 MiB there/,
      );
    expect(readdirSync(directory).filter((name) => name.startsWith("lock."))).toEqual([]);
    rmSync(filler);
    await expect.poll(() => opened.length, { timeout: 30_000 }).toBe(2);
    const again = await connected(opened[1]!.url);
    const { rows } = await again.query<{ n: number }>("SELECT n FROM kept WHERE n >= 0 ORDER BY n");
    expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining(acknowledged));
    await again.end();
    over.abort();
    await opened[1]!.stop();
    await loop;
  }, 120_000);

  it("a first start on a full disk leaves no half database", async () => {
    const other = join(disk, "other");
    fill();
    await expect(startEmbedded({ directory: other, log: () => {} })).rejects.toThrow(/is full .* Free at least/);
    expect(existsSync(join(other, "data"))).toBe(false);
    rmSync(filler);
    const database = await startEmbedded({ directory: other, log: () => {} });
    await database.stop();
  }, 60_000);
});

describe("why a database did not start", () => {
  it("is told as it was when the disk has space", () => {
    const error = new Error("The database did not start");
    expect(namedByDisk(error, tmpdir())).toBe(error);
  });

  it("is the disk when PostgreSQL or the system say so", () => {
    const said = new Error("FATAL: could not write to file: No space left on device");
    expect(namedByDisk(said, join(tmpdir(), "not-there"))).toMatchObject({
      cause: said,
      message: expect.stringContaining("is full"),
    });
  });
});

import { fstatSync, ftruncateSync, readSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { logger } from "@/lib/log.ts";
import { headPath, type OutputCut, readCut, uncut, writeCut } from "./output-cut.ts";

/** What is kept of the end of a file that is cut; it is what a full log shows at its end. */
export const tailBytes = 64 * 1024;
const asideMaxBytes = 16 * 1024 * 1024;
const copyBytes = 1024 * 1024;
/** A command that writes without a pause is never seen still. */
const looksMax = 3;

/**
 * The output file of a session. Its command appends to it and this process empties it when it has grown long, so that it
 * stays small however much is written: the command writes with O_APPEND, so it goes on at the beginning of an emptied file.
 *
 *     0 ──── headFrom ▒▒▒ head ▒▒▒ ──── gap ──── ▒ tail ▒ base ▓▓▓ output.log ▓▓▓ end
 *
 * What is cut off and still wanted is in `output.log.head-<offset>`; `output.log.cut` tells all of this to a successor. A
 * process that is killed between emptying and telling leaves a file shorter than what was read of it: reading then goes on
 * at its beginning. So it does when the command emptied the file itself.
 */
export class OutputFile {
  #handle: FileHandle | null = null;
  #cut: OutputCut = uncut;
  #sizeBytes = 0;

  constructor(readonly path: string) {}

  /** False while there is no file. */
  async open(): Promise<boolean> {
    if (this.#handle !== null) return true;
    this.#handle = await open(this.path, "r+").catch(() => null);
    if (this.#handle !== null) this.#cut = readCut(this.path) ?? this.#cut;
    return this.#handle !== null;
  }

  async close(): Promise<void> {
    await this.#handle?.close().catch(() => {});
    this.#handle = null;
  }

  /** Nothing more is wanted of it: what was put aside goes. */
  async finish(): Promise<void> {
    if (this.#cut.headBytes > 0) await rm(headPath(this.path, this.#cut), { force: true }).catch(() => {});
    await this.close();
  }

  /** The offset after the last byte. `readBytes`: how far it has been read. */
  async end(readBytes: number): Promise<number> {
    const { size } = await this.#opened.stat();
    this.#sizeBytes = size;
    if (this.#cut.base + size < readBytes) this.#take({ ...uncut, base: readBytes, headFrom: readBytes });
    return this.#cut.base + size;
  }

  /** As last seen. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** The bytes from an offset on; fewer than asked for where a part of it ends; null where they were cut off. */
  async read(offset: number, buffer: Buffer): Promise<Buffer | null> {
    const { base, headFrom, headBytes, tail } = this.#cut;
    if (offset >= base) return readAt(this.#opened, buffer, offset - base);
    if (offset >= headFrom && offset < headFrom + headBytes) return this.#readHead(offset, buffer);
    const tailFrom = base - tail.length;
    return offset < tailFrom ? null : tail.subarray(offset - tailFrom).subarray(0, buffer.length);
  }

  /** The last bytes, at most tailBytes, none before `from`. */
  async readTail(from: number): Promise<Buffer> {
    const end = await this.end(from);
    const { base, tail } = this.#cut;
    const start = Math.max(from, end - tailBytes, base - tail.length);
    const before = start < base ? tail.subarray(start - base + tail.length) : Buffer.alloc(0);
    const fresh = await readAt(this.#opened, Buffer.alloc(tailBytes), Math.max(start - base, 0));
    return Buffer.concat([before, fresh]);
  }

  /**
   * Empties the file. What is wanted of it, `roomBytes` from `readBytes` on, is put aside first; of the rest the end is
   * kept. Nothing happens while more is wanted than may be put aside: a log may be very large.
   */
  async cut(readBytes: number, roomBytes: number): Promise<void> {
    const end = await this.end(readBytes);
    const headEnd = this.#cut.headFrom + this.#cut.headBytes;
    const hasGap = headEnd < this.#cut.base - this.#cut.tail.length;
    if (hasGap && readBytes < headEnd) return this.#empty(this.#cut);
    const wantedBytes = Math.min(end - readBytes, roomBytes);
    if (wantedBytes > asideMaxBytes) return;
    const head = { headFrom: readBytes, headBytes: await this.#putAside(readBytes, wantedBytes) };
    // What came since and is wanted must be in the tail, or there would be a gap where there is room.
    const isOvertaken = fstatSync(this.#opened.fd).size > end - this.#cut.base + tailBytes;
    if (wantedBytes < roomBytes && isOvertaken) return;
    const before = this.#cut;
    this.#empty(head);
    if (before.headBytes > 0 && before.headFrom !== readBytes) await rm(headPath(this.path, before), { force: true });
  }

  get #opened(): FileHandle {
    if (this.#handle === null) throw new Error(`${this.path} is not open.`);
    return this.#handle;
  }

  async #readHead(offset: number, buffer: Buffer): Promise<Buffer | null> {
    const { headFrom, headBytes } = this.#cut;
    const head = await open(headPath(this.path, this.#cut)).catch(() => null);
    if (head === null) return null;
    const wanted = buffer.subarray(0, Math.min(buffer.length, headFrom + headBytes - offset));
    return readAt(head, wanted, offset - headFrom).finally(() => head.close());
  }

  /** Copies a part into a file of its own; how much of it is there then. A disk without space keeps nothing. */
  async #putAside(from: number, length: number): Promise<number> {
    if (length === 0) return 0;
    const draft = `${this.path}.head.new`;
    try {
      const to = await open(draft, "w", 0o600);
      await this.#copy({ from, length, to }).finally(() => to.close());
      await rename(draft, headPath(this.path, { headFrom: from }));
      return length;
    } catch (thrown) {
      logger.warn({ err: thrown, path: this.path }, "output could not be put aside and is left out");
      await rm(draft, { force: true }).catch(() => {});
      return 0;
    }
  }

  async #copy({ from, length, to }: { from: number; length: number; to: FileHandle }): Promise<void> {
    const buffer = Buffer.alloc(Math.min(copyBytes, length));
    for (let copied = 0; copied < length; ) {
      const part = await this.read(from + copied, buffer.subarray(0, Math.min(buffer.length, length - copied)));
      if (part === null || part.length === 0) throw new Error(`Output ends at ${from + copied}.`);
      await to.writeFile(part);
      copied += part.length;
    }
  }

  /** Without a pause between the last look and the cut: only what is written in these microseconds is lost. */
  #empty(head: Pick<OutputCut, "headFrom" | "headBytes">): void {
    const { fd } = this.#opened;
    const { base, tail } = this.#cut;
    const tailFrom = head.headFrom + head.headBytes;
    let size = fstatSync(fd).size;
    let fresh: Buffer = Buffer.alloc(0);
    for (let look = 0; look < looksMax; look++) {
      const position = Math.max(size - tailBytes, tailFrom - base, 0);
      fresh = readNow(fd, position, size - position);
      const now = fstatSync(fd).size;
      if (now === size) break;
      size = now;
    }
    ftruncateSync(fd, 0);
    const kept = Buffer.concat([tail.subarray(Math.max(0, tailFrom - base + tail.length)), fresh]);
    this.#take({ ...head, base: base + size, tail: kept.subarray(Math.max(0, kept.length - tailBytes)) });
  }

  #take(cut: OutputCut): void {
    this.#cut = cut;
    writeCut(this.path, cut);
  }
}

async function readAt(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}

function readNow(fd: number, position: number, length: number): Buffer {
  if (length <= 0) return Buffer.alloc(0);
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

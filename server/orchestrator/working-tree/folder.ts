import { constants, existsSync } from "node:fs";
import { type FileHandle, link, lstat, mkdir, open, opendir, realpath, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "@/lib/task/file/hash.ts";

export const filesMax = 5_000;
export const fileMaxBytes = 256 * 1024;

/** A file by its outside: while this stays as it is, the file is not opened. */
export type Outside = string;

export interface Listing {
  files: Map<string, Outside>;
  remarks: string[];
}

/** A directory of a working tree. Nothing in it is followed, and nothing is ever written over what was not read. */
export interface Folder {
  /** Its files with such an ending. */
  list(suffix: string): Promise<Listing>;
  /** Its text and outside; `problem` says why there is none; null: it is not there. */
  read(name: string): Promise<{ text: string; outside: Outside } | { problem: string } | null>;
  /** Answers whether it was written: not over a file that is there. */
  create(name: string, text: string): Promise<boolean>;
  /** Answers whether it was written: not over a file that says something else than `known`. */
  replace(name: string, known: string, text: string): Promise<boolean>;
  close(): Promise<void>;
}

const directory = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

interface Place {
  workTree: string;
  /** From there, each a directory of its own. */
  names: readonly string[];
  /** It is made where it is missing. */
  isWanted?: boolean;
}

/** Opens a directory below a working tree; null: it is not there; a text says why it cannot be opened. */
export async function openFolder({ workTree, names, isWanted = false }: Place): Promise<Folder | string | null> {
  const handles: FileHandle[] = [];
  const close = async () => {
    for (const handle of handles) await handle.close().catch(() => {});
  };
  try {
    let place = await realpath(workTree);
    for (const name of [".", ...names]) {
      const path = join(place, name);
      if (isWanted && name !== ".") await mkdir(path).catch(refuseAllBut("EEXIST"));
      const handle = await open(path, directory);
      handles.push(handle);
      place = pinned(handle, path);
    }
    return { ...folderAt(place), close };
  } catch (thrown) {
    await close();
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "ENOTDIR")
      return `A directory on the way to ${names.join("/")} is none of its own: links are not followed.`;
    return `${names.join("/")} cannot be opened (${code ?? "unknown"}).`;
  }
}

/** The directory itself where the system has a name for it, so that nobody puts another one in its place meanwhile. */
const pinned = ({ fd }: FileHandle, path: string): string =>
  existsSync(`/proc/self/fd/${fd}`) ? `/proc/self/fd/${fd}` : path;

const refuseAllBut = (code: string) => (thrown: NodeJS.ErrnoException) => {
  if (thrown.code !== code) throw thrown;
};

function folderAt(place: string): Omit<Folder, "close"> {
  const at = (name: string) => join(place, name);
  return {
    list: (suffix) => list(place, suffix),
    read: (name) => read(at(name)),
    create: (name, text) => create(place, name, text),
    replace,
  };

  async function replace(name: string, known: string, text: string): Promise<boolean> {
    const before = await lstat(at(name)).catch(() => null);
    if (!before?.isFile()) return false;
    return withTemporary(place, { text, mode: before.mode & 0o7777 }, async (temporary) => {
      const now = await read(at(name));
      if (now === null || !("text" in now) || hashOf(now.text) !== known) return false;
      await rename(temporary, at(name));
      return true;
    });
  }
}

async function list(place: string, suffix: string): Promise<Listing> {
  const files = new Map<string, Outside>();
  const remarks: string[] = [];
  let others = 0;
  for await (const entry of await opendir(place)) {
    if (!entry.name.endsWith(suffix) || entry.name.startsWith(".")) continue;
    if (files.size >= filesMax) {
      others += 1;
      if (others > filesMax) break;
      continue;
    }
    const stat = await lstat(join(place, entry.name)).catch(() => null);
    if (stat === null) continue;
    if (!stat.isFile()) remarks.push(`${entry.name} is no plain file and is left alone: links are not followed.`);
    else if (stat.size > fileMaxBytes)
      remarks.push(`${entry.name} is larger than ${fileMaxBytes / 1024} KiB and is left alone.`);
    else files.set(entry.name, outsideOf(stat));
  }
  if (others > 0) remarks.push(`There are more than ${filesMax} such files: the rest is left alone.`);
  return { files, remarks: remarks.slice(0, 50) };
}

export const outsideOf = ({
  mtimeMs,
  ctimeMs,
  size,
  ino,
}: {
  mtimeMs: number;
  ctimeMs: number;
  size: number;
  ino: number;
}): Outside => `${mtimeMs} ${ctimeMs} ${size} ${ino}`;

async function read(path: string): ReturnType<Folder["read"]> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return code === "ENOENT" ? null : { problem: `it cannot be opened (${code})` };
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) return { problem: "it is no plain file" };
    if (stat.size > fileMaxBytes) return { problem: "it is too large" };
    const bytes = Buffer.alloc(fileMaxBytes + 1);
    let length = 0;
    for (let got = 1; got > 0 && length < bytes.length; length += got)
      got = (await handle.read(bytes, length, bytes.length - length, length)).bytesRead;
    if (length > fileMaxBytes) return { problem: "it is too large" };
    return {
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(0, length)),
      outside: outsideOf(stat),
    };
  } catch {
    return { problem: "it is no text in UTF-8" };
  } finally {
    await handle.close();
  }
}

const create = (place: string, name: string, text: string): Promise<boolean> =>
  withTemporary(place, { text, mode: 0o644 }, async (temporary) => {
    try {
      await link(temporary, join(place, name));
      return true;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw thrown;
    }
  });

let count = 0;

/** The text is whole on the disk before any name says so. */
async function withTemporary(
  place: string,
  { text, mode }: { text: string; mode: number },
  use: (path: string) => Promise<boolean>,
): Promise<boolean> {
  count += 1;
  const path = join(place, `.${process.pid}-${Date.now().toString(36)}-${count}.tmp`);
  const handle = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  try {
    await handle.writeFile(text);
    await handle.chmod(mode);
    await handle.sync();
    await handle.close();
    return await use(path);
  } finally {
    await handle.close().catch(() => {});
    await unlink(path).catch(() => {});
  }
}

import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { glob } from "tinyglobby";
import { type Folder, fileMaxBytes, type Outside, openFolder, outsideOf } from "../working-tree/folder.ts";

/** More documents than this are not watched, for the sake of those that are. */
export const documentsMax = 5_000;

/** One with a longer path is not watched: no index holds any length. As long as what an operation names (lib/rule/schema.ts). */
const pathMax = 500;

/** The documents of a working tree that patterns name. */
export interface Tree {
  list(patterns: readonly string[]): Promise<{ files: Map<string, Outside>; isCut: boolean }>;
  /** Its text; null: it is not there, or nothing to read as text, which a NUL character says, too. */
  read(path: string): Promise<string | null>;
  /** Answers whether it was written: not over a text whose hash is another. */
  replace(path: string, known: string, text: string): Promise<boolean>;
}

/** What no document lies in. Cards that are files are a matter of task files. */
const ignore = ["**/.git/**", "**/node_modules/**", ".runboard/tasks/**"];

export const treeAt = (workTree: string): Tree => ({
  list: (patterns) => list(workTree, patterns),
  read: (path) =>
    inFolder(workTree, path, null, async (folder, name) => {
      const seen = await folder.read(name);
      return seen !== null && "text" in seen && !seen.text.includes("\0") ? seen.text : null;
    }),
  replace: (path, known, text) => inFolder(workTree, path, false, (folder, name) => folder.replace(name, known, text)),
});

async function list(workTree: string, patterns: readonly string[]): ReturnType<Tree["list"]> {
  const paths = await glob([...patterns], { cwd: workTree, ignore, dot: true, followSymbolicLinks: false });
  const files = new Map<string, Outside>();
  for (const path of paths
    .filter(({ length }) => length <= pathMax)
    .sort()
    .slice(0, documentsMax)) {
    const stat = await lstat(join(workTree, path)).catch(() => null);
    if (stat?.isFile() && stat.size <= fileMaxBytes) files.set(path, outsideOf(stat));
  }
  return { files, isCut: paths.length > documentsMax };
}

async function inFolder<Result>(
  workTree: string,
  path: string,
  otherwise: Result,
  work: (folder: Folder, name: string) => Promise<Result>,
): Promise<Result> {
  const names = path.split("/");
  const folder = await openFolder({ workTree, names: names.slice(0, -1) });
  if (folder === null || typeof folder === "string") return otherwise;
  try {
    return await work(folder, names.at(-1)!);
  } finally {
    await folder.close();
  }
}

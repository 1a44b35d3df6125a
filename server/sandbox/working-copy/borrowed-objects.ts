import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

/** As deep as git itself follows. */
const depthMax = 5;

/**
 * The object stores from which a clone borrows, directly and in turn, as they are named there. A repository may name any
 * directory: only what has the form of an object store counts.
 */
export function borrowedObjects(clone: string): string[] {
  const found = new Set<string>();
  const follow = (objects: string, depth: number) => {
    for (const named of alternatesOf(objects)) {
      if (depth === depthMax || found.has(named) || !isObjectStore(named)) continue;
      found.add(named);
      follow(named, depth + 1);
    }
  };
  follow(join(clone, ".git", "objects"), 0);
  return [...found];
}

function alternatesOf(objects: string): string[] {
  const lines = readOrEmpty(join(objects, "info", "alternates")).split("\n");
  return lines.flatMap((line) => (line === "" || line.startsWith("#") ? [] : [resolve(objects, unquote(line))]));
}

/** The inverse of what the clone's skeleton writes. */
const unquote = (line: string): string =>
  /^".*"$/.test(line)
    ? line.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => ({ n: "\n", r: "\r" })[escaped] ?? escaped)
    : line;

function isObjectStore(path: string): boolean {
  try {
    return (
      /\/objects$/.test(realpathSync(path)) &&
      ["info", "pack"].every((name) => statSync(join(path, name)).isDirectory())
    );
  } catch {
    return false;
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

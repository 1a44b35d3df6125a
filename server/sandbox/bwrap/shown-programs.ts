import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { Link } from "./bwrap-arguments.ts";

/** Whether `path` is `directory` or below it. */
export const isWithin = (directory: string, path: string): boolean =>
  path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);

/** What is on PATH by mistake: a whole home, or a place the machine keeps to itself. Directories deep in a home hold programs. */
export interface PrivatePlaces {
  homes: readonly string[];
  closed: readonly string[];
}

/**
 * The directories of PATH that are shown besides `shown`, private places excepted; with `<prefix>/bin` what npm has installed
 * beside it.
 */
export function shownOfPath(path: string, shown: readonly string[], { homes, closed }: PrivatePlaces): string[] {
  const found: string[] = [];
  const isPrivate = (directory: string) =>
    [...homes, ...closed].some((place) => isWithin(directory, place)) ||
    closed.some((place) => isWithin(place, directory)) ||
    dirname(directory) === "/home";
  for (const entry of path
    .split(":")
    .filter((one) => one.startsWith("/"))
    .map((one) => resolve(one))) {
    if ([...shown, ...found].some((directory) => isWithin(directory, entry))) continue;
    if (!isDirectory(entry) || isPrivate(entry) || isPrivate(realOf(entry))) continue;
    found.push(entry);
    const packages = join(dirname(entry), "lib", "node_modules");
    if (basename(entry) === "bin" && isDirectory(packages)) found.push(packages);
  }
  return found;
}

/** What has to be shown besides `shown` for a program to be there as it is here. */
export function shownForProgram(program: string, shown: readonly string[]): { shown: string[]; links: Link[] } {
  const isShown = (path: string) => shown.some((directory) => isWithin(directory, path));
  const real = realOf(program);
  const links: Link[] = [];
  for (let path = program, hops = 0; path !== real && hops < 40; hops++) {
    if (!isShown(path)) links.push({ path, target: real });
    if (!lstatSync(path).isSymbolicLink()) break;
    path = resolve(dirname(path), readlinkSync(path));
  }
  return { shown: isShown(real) ? [] : [packageOf(real)], links };
}

/** A program that is a part of something larger is shown with it: what npm installed, an environment of Python. Else the file alone. */
function packageOf(file: string): string {
  const parts = file.split("/");
  const at = parts.indexOf("node_modules");
  if (at > 0) return parts.slice(0, at + 1).join("/");
  const prefix = dirname(dirname(file));
  return existsSync(join(prefix, "pyvenv.cfg")) ? prefix : file;
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const isDirectory = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

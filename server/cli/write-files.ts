import { lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DomainError } from "@/lib/errors.ts";
import { cleanLine } from "./clean-text.ts";
import { usage } from "./failure.ts";

export interface FileOfCard {
  name: string;
  text: string;
}

/** Where --directory says the files go; null: nowhere, they are shown. */
export function directoryOf({ directory, force, json }: Record<string, unknown>): string | null {
  if (typeof directory !== "string") {
    if (force === true) throw usage("--force is about files; give --directory with it.");
    return null;
  }
  if (json === true) throw usage("--directory writes files, --json prints them; give one of them.");
  if (directory === "") throw usage("--directory takes the path of a directory.");
  return directory;
}

interface Target {
  directory: string;
  /** Files that say something else are written over. */
  mayReplace: boolean;
}

const shownMax = 5;

/**
 * Writes files into a directory, which is made where it is missing. All are looked at before the first is written: where one says
 * something else nothing is done. Answers in words what was.
 */
export async function writeFiles(files: readonly FileOfCard[], { directory, mayReplace }: Target): Promise<string> {
  const found = new Map<string, "missing" | "same" | "other">();
  for (const file of files) found.set(file.name, await standing(join(directory, fileName(file)), file.text));
  const others = files.filter(({ name }) => found.get(name) === "other").map(({ name }) => cleanLine(name));
  if (others.length > 0 && !mayReplace) throw inTheWay(directory, others);
  try {
    await mkdir(directory, { recursive: true });
    for (const { name, text } of files) {
      const before = found.get(name);
      if (before !== "same") await (before === "missing" ? create : replace)(join(directory, name), text);
    }
  } catch (thrown) {
    throw unwritable(directory, thrown);
  }
  const same = files.filter(({ name }) => found.get(name) === "same").length;
  const left = same > 0 ? `; ${same} said the same already` : "";
  const written = files.length - same;
  return `${written} ${written === 1 ? "file" : "files"} written to ${directory}${left}.`;
}

/** Whoever the server is: its files stay within the directory. */
function fileName({ name }: FileOfCard): string {
  if (/^[^/\\\0]+\.task\.md$/.test(name) && !name.startsWith(".")) return name;
  throw new DomainError("UNAVAILABLE", `The server named a file that cannot be written: ${cleanLine(name)}.`);
}

async function standing(path: string, text: string): Promise<"missing" | "same" | "other"> {
  try {
    // What a link leads to is nobody's export.
    const isFile = (await lstat(path)).isFile();
    return isFile && (await readFile(path, "utf8")) === text ? "same" : "other";
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return "missing";
    throw unwritable(path, thrown);
  }
}

/** One that came meanwhile is nobody's to write over. */
const create = (path: string, text: string) => writeFile(path, text, { flag: "wx" });

/** Whole, or not at all. */
async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await create(beside, text);
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  }
}

function inTheWay(directory: string, names: readonly string[]) {
  const more = names.length > shownMax ? ` and ${names.length - shownMax} more` : "";
  const says = names.length === 1 ? "says" : "say";
  return usage(
    `In ${directory} ${names.slice(0, shownMax).join(", ")}${more} ${says} something else. Nothing was written; --force writes over it.`,
    { found: names },
  );
}

const unwritable = (path: string, thrown: unknown) =>
  usage(`${path} cannot be written: ${(thrown as NodeJS.ErrnoException).code ?? (thrown as Error).message}.`);

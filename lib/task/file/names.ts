import type { Tx } from "@/lib/db.ts";
import type { ProjectRow } from "@/lib/project/find.ts";

export const fileSuffix = ".task.md";
export const folderPath = ".runboard/tasks";
export const stemOf = (name: string): string => name.slice(0, -fileSuffix.length);

/** A title as the name of a file: what every file system takes. */
export function slugOf(title: string): string {
  const plain = title.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  return (
    plain
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 60)
      // Nor may it end in half of a letter.
      .replace(/[-\p{Cs}]$/u, "") || "task"
  );
}

/** A name for a card's file that no other has; `taken` holds names in small letters. */
export function freeName({ title, number }: { title: string; number: number }, taken: ReadonlySet<string>): string {
  for (let stem = slugOf(title); ; stem = `${stem}-${number}`)
    if (!taken.has(`${stem}${fileSuffix}`)) return `${stem}${fileSuffix}`;
}

/** The keys that names in a file stand for: keys, names of files, titles. What nothing is called is left out. */
export async function keysOfNames(
  tx: Tx,
  { id, key }: ProjectRow,
  names: readonly string[],
): Promise<Map<string, string>> {
  if (names.length === 0) return new Map();
  const prefix = `${key}-`;
  const numberIn = (name: string) =>
    name.toUpperCase().startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
  const fileOf = (name: string) => (name.endsWith(fileSuffix) ? name : `${name}${fileSuffix}`);
  const [tasks, files] = await Promise.all([
    tx.task.findMany({
      where: {
        projectId: id,
        OR: [{ title: { in: [...names] } }, { number: { in: names.map(numberIn).filter(isNumber) } }],
      },
      select: { number: true, title: true },
      orderBy: { number: "desc" },
    }),
    tx.taskFile.findMany({
      where: { projectId: id, taskId: { not: null }, name: { in: names.map(fileOf) } },
      select: { name: true, task: { select: { number: true } } },
    }),
  ]);
  const byTitle = new Map(tasks.map(({ title, number }) => [title, number]));
  const numbers = new Set(tasks.map(({ number }) => number));
  const byFile = new Map(files.map(({ name, task }) => [name, task!.number]));
  return new Map(
    names.flatMap((name) => {
      const number = numbers.has(numberIn(name)) ? numberIn(name) : (byFile.get(fileOf(name)) ?? byTitle.get(name));
      return number === undefined ? [] : [[name, `${prefix}${number}`] as const];
    }),
  );
}

const isNumber = (value: number) => Number.isInteger(value) && value > 0 && value < 2 ** 31;

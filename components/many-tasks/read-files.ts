import { fileMark } from "@/lib/task/import/read-task-file.ts";

const sizeMaxBytes = 4 * 1024 * 1024;

export interface Source {
  text: string;
  /** Of the one file it came from; null: it was written, or came from several. */
  fileName: string | null;
}

/** The text of files a person has chosen or dropped; rejects with words for people. Several have to be Markdown: a task each. */
export async function readFiles(files: Iterable<File>): Promise<Source> {
  const all = [...files].toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  const total = all.reduce((sum, { size }) => sum + size, 0);
  if (total > sizeMaxBytes)
    throw new Error(`${all.length === 1 ? all[0]!.name : "Together they are"} larger than 4 MB.`);
  const texts = await Promise.all(all.map(readText));
  if (all.length === 1) return { text: texts[0]!, fileName: all[0]!.name };
  const other = all.find(({ name }) => !name.toLowerCase().endsWith(".md"));
  if (other) throw new Error(`Several files at once have to be task files (.task.md), and ${other.name} is none.`);
  return { text: texts.flatMap((text, index) => [fileMark(all[index]!.name), text]).join("\n"), fileName: null };
}

async function readText(file: File): Promise<string> {
  const text = await file.text();
  if (text.includes("\0")) throw new Error(`${file.name} is no text.`);
  return text;
}

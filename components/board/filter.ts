import { priorities } from "@/components/ui/priority-glyph.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** What is shown of the board. In the URL: `q` for the words, `f` for the chips. */
export interface Filter {
  text: string;
  chips: readonly Chip[];
}

export interface Chip {
  kind: "tag" | "type" | "priority" | "is";
  value: string;
}

const kinds = ["tag", "type", "priority", "is"] as const;

export const chipText = ({ kind, value }: Chip): string => `${kind}:${value}`;

/** `tag:api` as a chip; null for plain words and for kinds nobody knows. */
export function parseChip(text: string): Chip | null {
  const at = text.indexOf(":");
  const kind = kinds.find((known) => known === text.slice(0, at).toLowerCase());
  const value = text.slice(at + 1).trim();
  return kind && value ? { kind, value: value.toLowerCase() } : null;
}

export const isEmptyFilter = ({ text, chips }: Filter): boolean => text.trim() === "" && chips.length === 0;

export function matches(task: Task, { text, chips }: Filter): boolean {
  return chips.every((chip) => hasFact(task, chip)) && hasWords(task, text.trim().toLowerCase());
}

function hasWords(task: Task, words: string): boolean {
  if (words === "") return true;
  const fields = [task.title, task.key, task.description, ...task.tags];
  return fields.some((field) => field.toLowerCase().includes(words));
}

function hasFact(task: Task, { kind, value }: Chip): boolean {
  if (kind === "tag") return task.tags.some((tag) => tag.toLowerCase() === value);
  if (kind === "type") return task.type === value;
  if (kind === "priority") return priorities[task.priority]?.toLowerCase() === value;
  if (value === "blocked") return task.blockedBy.length > 0;
  return task.status.toLowerCase() === value;
}

import { cutText } from "@/lib/cut-text.ts";
import { optionValues } from "@/lib/task/task-line.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

/** A word for a priority, or its number; null: neither. */
export function readPriority(word: string): number | null {
  const text = word.trim().toLowerCase();
  const named = (optionValues.priority ?? []).indexOf(text);
  if (named >= 0) return named;
  if (/^[0-4]$/.test(text)) return Number(text);
  return { urgent: 4, critical: 4, normal: 2, med: 2 }[text] ?? null;
}

/** null: there is no such type. */
export const readType = (word: string): (typeof taskTypes)[number] | null =>
  taskTypes.find((type) => type === word.trim().toLowerCase()) ?? null;

/** `a, b; c` */
export const readList = (text: string): string[] =>
  text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter(Boolean);

/** A title holds 200 characters; what is longer stands in the description as well. */
export function readTitle(text: string): { title: string; description?: string } {
  const whole = text.trim().replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, " ");
  return whole.length <= 200 ? { title: whole } : { title: `${cutText(whole, 199)}…`, description: whole };
}

import { cleanLine, cleanLines } from "./clean-text.ts";
import { statusColor } from "./status-color.ts";
import { paint, type Terminal } from "./terminal.ts";
import { relativeTime } from "./time-text.ts";

/** One thing, a line for each of its fields, under the names the API has for them. What is nothing is left out. */
export function keyValues(thing: object, terminal: Terminal): string {
  const entries = Object.entries(thing).filter(([, value]) => !isNothing(value));
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => entry(name, value, width, terminal)).join("\n");
}

function entry(name: string, value: unknown, width: number, terminal: Terminal): string {
  const label = paint(terminal, "bold", `${name}:`) + " ".repeat(width - name.length + 1);
  const text = valueText(name, value);
  if (!text.includes("\n")) return `${label}${colored(name, text, terminal)}`;
  return [`${label.trimEnd()}`, ...text.split("\n").map((line) => `  ${line}`)].join("\n");
}

function valueText(name: string, value: unknown): string {
  if (typeof value === "string" && isTime(value)) return `${value} (${relativeTime(value)})`;
  if (typeof value === "string") return value.includes("\n") ? cleanLines(value.trimEnd()) : cleanLine(value);
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return cleanLine(value.join(", "));
  if (name === "createdBy" || name === "author" || name === "answeredBy")
    return cleanLine((value as { name: string }).name);
  return typeof value === "object" ? cleanLine(JSON.stringify(value)) : String(value);
}

function colored(name: string, text: string, terminal: Terminal): string {
  const color = name === "status" ? statusColor(text) : null;
  return color === null ? text : paint(terminal, color, text);
}

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text);

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

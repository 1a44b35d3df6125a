import { parseJsonObject } from "@/components/json-object.ts";
import { isFine, type NumberRules, type SettingField } from "@/components/settings/setting-field.ts";

/** Between what the server keeps and the text of a control. */
export function textOf({ control }: SettingField, value: unknown): string {
  switch (control.kind) {
    case "number":
      return value === null ? "" : shown(value, control.number);
    case "choices":
      return (value === null ? control.choices.map(({ value }) => value) : (value as string[])).join(",");
    case "numbers":
      return joinNumbers(mapValues(value as Record<string, number>, (one) => shown(one, control.number)));
    case "lines":
      return (value as string[]).join("\n");
    case "json":
      return Object.keys(value as object).length === 0 ? "" : JSON.stringify(value, null, 2);
    default:
      return value === null ? "" : String(value);
  }
}

/** What the server takes for a text. */
export function toValue({ control }: SettingField, text: string): unknown {
  switch (control.kind) {
    case "number":
      return text.trim() === "" ? null : kept(text, control.number);
    case "choices": {
      const chosen = text.split(",").filter((value) => value !== "");
      return chosen.length === control.choices.length ? null : chosen;
    }
    case "numbers":
      return mapValues(splitNumbers(text), (one) => kept(one, control.number));
    case "choice":
      return text === "" ? null : text;
    case "truth":
      return text === "true";
    case "lines":
      return text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
    case "json":
      return parseJsonObject(text) ?? {};
    case "prose":
      return text;
    default:
      return control.emptyMeans !== undefined && text.trim() === "" ? null : text.trim();
  }
}

/** What is wrong with a text, before it is sent; null when nothing is. */
export function checkText({ label, control, inherits }: SettingField, text: string): string | null {
  const trimmed = text.trim();
  switch (control.kind) {
    case "text":
      return trimmed === "" && control.emptyMeans === undefined ? `${label} is empty.` : null;
    case "json":
      return parseJsonObject(text) === null ? `Not a JSON object, such as ${control.example}` : null;
    case "number": {
      const mayBeEmpty = inherits !== undefined || control.number.emptyMeans !== undefined;
      if (trimmed === "") return mayBeEmpty ? null : "A number is needed.";
      return checkNumber(trimmed, control.number);
    }
    case "numbers": {
      const wrong = Object.entries(splitNumbers(text)).find(([, one]) => checkNumber(one, control.number) !== null);
      return wrong ? `${wrong[0]}: ${checkNumber(wrong[1], control.number)}` : null;
    }
    default:
      return null;
  }
}

/** `cli=4,codex=1` as a map of texts, and back. What is empty is left out. */
export function splitNumbers(text: string): Record<string, string> {
  const parts = text.split(",").map((part) => part.split("=") as [string, string?]);
  return Object.fromEntries(parts.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

export function joinNumbers(numbers: Record<string, string>): string {
  const parts = Object.entries(numbers).filter(([, text]) => text.trim() !== "");
  return parts
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}=${text.trim()}`)
    .join(",");
}

const shown = (value: unknown, { scale = 1 }: NumberRules) => String((value as number) / scale);

/** Rounded: 0.1 s times 1000 is not exactly 100. */
function kept(text: string, { scale = 1, decimals = 0 }: NumberRules): number {
  return Number((Number(text) * scale).toFixed(decimals));
}

function checkNumber(text: string, rules: NumberRules): string | null {
  const value = Number(text);
  const isRight = Number.isFinite(value) && (isFine(rules) || Number.isInteger(value));
  if (isRight && value >= rules.min && value <= rules.max) return null;
  const [min, max] = [rules.min, rules.max].map((one) => one.toLocaleString("en", { maximumFractionDigits: 4 }));
  return `From ${min} to ${max}${isFine(rules) ? "" : ", a whole number"}.`;
}

const mapValues = <In, Out>(map: Record<string, In>, change: (value: In) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));

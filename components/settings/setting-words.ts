import type { SettingField } from "@/components/settings/setting-field.ts";
import { formatDuration } from "@/components/ui/format-time.ts";

/** The help of a field, with what holds when nothing is chosen. */
export function helpOf({ help, control, defaultText, inherits }: SettingField, inherited: string | undefined): string {
  if (defaultText === undefined || wordless.has(control.kind)) return help;
  if (control.kind === "choice" || control.kind === "truth")
    return inherits === undefined ? `${help} Default: ${labelIn(control.choices, defaultText)}.` : help;
  const unit = control.kind === "number" ? control.number.unit : "";
  if (inherits !== undefined) return `${help} Empty: as the instance says${inherited ? `, ${inherited} ${unit}` : ""}.`;
  const emptyMeans =
    control.kind === "number" ? control.number.emptyMeans : control.kind === "text" ? control.emptyMeans : undefined;
  return `${help} Default: ${defaultText === "" ? emptyMeans : `${defaultText} ${unit}`.trim()}.`;
}

/** Whose default is seen, or is nothing. */
const wordless: ReadonlySet<string> = new Set(["choices", "numbers", "prose", "lines", "json"]);

/** A long time in seconds, said so that one need not count: `= 1h`. */
export function effectText({ control }: SettingField, text: string, inherited: string | undefined): string | null {
  if (control.kind !== "number" || control.number.unit !== "s") return null;
  const seconds = Number(text.trim() === "" ? (inherited ?? "") : text);
  return Number.isFinite(seconds) && seconds >= 120
    ? `= ${formatDuration(seconds * 1000).replace(/ 0[smh]$/, "")}`
    : null;
}

export const labelIn = (choices: readonly { value: string; label: string }[], value: string): string =>
  choices.find((choice) => choice.value === value)?.label ?? value;

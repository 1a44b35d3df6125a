import { fieldNamed, type SettingField, settingFields } from "@/components/settings/setting-fields.ts";
import type { Config } from "@/lib/config/schema.ts";
import type { Project } from "@/lib/project/schema.ts";

/** Every field as the text of its control. */
export type SettingTexts = Readonly<Record<string, string>>;

export function textsOf(project: Project, config: Config | undefined): SettingTexts {
  const values: Record<string, unknown> = { ...config, ...project.settings, ...project };
  return Object.fromEntries(
    settingFields.flatMap((field) =>
      values[field.name] === undefined ? [] : [[field.name, textOf(field, values[field.name])]],
    ),
  );
}

function textOf({ number }: SettingField, value: unknown): string {
  if (value === null) return "";
  return typeof value === "number" ? String(value / (number?.scale ?? 1)) : String(value);
}

/** What the server takes for a text. */
function toValue({ number }: SettingField, text: string): string | number | null {
  if (!number) return text.trim();
  // Rounded: 0.1 s times 1000 is not exactly 100.
  return text.trim() === "" ? null : Math.round(Number(text) * (number.scale ?? 1));
}

/** What is wrong with a text, before it is sent; null when nothing is. */
export function checkText({ label, number }: SettingField, text: string): string | null {
  const trimmed = text.trim();
  if (!number) return trimmed === "" ? `${label} is empty.` : null;
  if (trimmed === "") return number.emptyMeans === undefined ? "A number is needed." : null;
  const value = Number(trimmed);
  const isWhole = number.scale !== undefined || Number.isInteger(value);
  if (Number.isFinite(value) && isWhole && value >= number.min && value <= number.max) return null;
  return `From ${number.min} to ${number.max}${number.scale === undefined ? ", a whole number" : ""}.`;
}

export interface SettingPatches {
  project: { name?: string; baseBranch?: string; settings?: Partial<Project["settings"]> } | null;
  config: Partial<Config> | null;
}

/** The changes as the two calls they become; null where there is nothing to send. */
export function patchesOf(changes: SettingTexts): SettingPatches {
  const own: Record<string, unknown> = {};
  const settings: Record<string, unknown> = {};
  const config: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(changes)) {
    const field = fieldNamed(name);
    if (!field) continue;
    const target = field.section === "general" ? own : field.section === "agents" ? settings : config;
    target[name] = toValue(field, text);
  }
  if (Object.keys(settings).length > 0) own.settings = settings;
  return {
    project: Object.keys(own).length > 0 ? own : null,
    config: Object.keys(config).length > 0 ? config : null,
  };
}

/** `default` where nobody chose otherwise, else who did. */
export function sourceOf(field: SettingField, saved: string): string {
  if (field.defaultText === saved) return "default";
  return field.section === "instance" ? "instance" : "project";
}

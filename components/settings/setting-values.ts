import type { SettingField } from "@/components/settings/setting-field.ts";
import { fieldNamed, isOfInstance, settingFields } from "@/components/settings/setting-fields.ts";
import { textOf, toValue } from "@/components/settings/setting-texts.ts";
import type { Config } from "@/lib/config/schema.ts";
import type { Project } from "@/lib/project/schema.ts";

/** Every field as the text of its control. */
export type SettingTexts = Readonly<Record<string, string>>;

/** The instance's fields are left out until its configuration is read. */
export function textsOf(project: Project, config: Config | undefined): SettingTexts {
  const roots: Record<string, unknown> = { ...project, values: config };
  return Object.fromEntries(
    settingFields.flatMap((field) => {
      const [root = "", key] = field.name.split(".");
      const value = key === undefined ? roots[root] : (roots[root] as Record<string, unknown> | undefined)?.[key];
      return value === undefined ? [] : [[field.name, textOf(field, value)]];
    }),
  );
}

export interface SettingPatches {
  project: { name?: string; baseBranch?: string; settings?: Partial<Project["settings"]> } | null;
  config: Partial<Config> | null;
}

/** The changes as the two calls they become; null where there is nothing to send. */
export function patchesOf(changes: SettingTexts): SettingPatches {
  const parts: Record<string, Record<string, unknown>> = { own: {}, settings: {}, values: {} };
  for (const [name, text] of Object.entries(changes)) {
    const field = fieldNamed(name);
    if (!field) continue;
    const [root = "", key] = name.split(".");
    if (key === undefined) parts.own![root] = toValue(field, text);
    else parts[root]![key] = toValue(field, text);
  }
  const { own, settings, values } = parts as { own: object; settings: object; values: object };
  const project = { ...own, ...(isEmpty(settings) ? {} : { settings }) };
  return { project: isEmpty(project) ? null : project, config: isEmpty(values) ? null : values };
}

const isEmpty = (shape: object) => Object.keys(shape).length === 0;

/** `default` where nobody chose otherwise, else who did. */
export function sourceOf(field: SettingField, saved: string): string {
  if (field.inherits !== undefined && saved === "") return "as the instance";
  if (field.defaultText === saved) return "default";
  return isOfInstance(field) ? "instance" : "project";
}

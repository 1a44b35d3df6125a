import { instanceFields } from "@/components/settings/instance-fields.ts";
import { projectFields } from "@/components/settings/project-fields.ts";
import type { SectionId, SettingField } from "@/components/settings/setting-field.ts";

/** Every field that waits for Save. */
export const settingFields: readonly SettingField[] = [...projectFields, ...instanceFields];

export const fieldsOf = (section: SectionId) => settingFields.filter((field) => field.section === section);
export const fieldNamed = (name: string) => settingFields.find((field) => field.name === name);

/** Whether it holds for all projects. */
export const isOfInstance = ({ name }: SettingField): boolean => name.startsWith("values.");

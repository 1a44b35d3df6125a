import type { SettingTexts } from "@/components/settings/setting-values.ts";

/** Edits not saved yet: by field, what it was when the edit began and what it is to be. */
export type Draft = Readonly<Record<string, { from: string; to: string }>>;

export const noDraft: Draft = {};

/** Takes in one edit. A field put back to what is saved is no edit. */
export function edit(draft: Draft, name: string, texts: { saved: string; to: string }): Draft {
  const { [name]: known, ...others } = draft;
  if (texts.to === texts.saved) return others;
  return { ...others, [name]: { from: known?.from ?? texts.saved, to: texts.to } };
}

export const textIn = (draft: Draft, name: string, saved: string): string => draft[name]?.to ?? saved;

/** The edits that differ from what is saved now: somebody else may have saved the same meanwhile. */
export function changesOf(draft: Draft, saved: SettingTexts): SettingTexts {
  return Object.fromEntries(
    Object.entries(draft).flatMap(([name, { to }]) => (saved[name] === to ? [] : [[name, to]])),
  );
}

/** Fields that somebody else changed since the edit began. */
export function conflictsOf(draft: Draft, saved: SettingTexts): string[] {
  return Object.entries(draft)
    .filter(([name, { from, to }]) => name in saved && saved[name] !== from && saved[name] !== to)
    .map(([name]) => name);
}

/** Without these edits: they are saved. */
export const without = (draft: Draft, names: readonly string[]): Draft =>
  Object.fromEntries(Object.entries(draft).filter(([name]) => !names.includes(name)));

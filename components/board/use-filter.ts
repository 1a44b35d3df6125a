"use client";

import { parseAsArrayOf, parseAsBoolean, parseAsString, useQueryStates } from "nuqs";
import { type Chip, chipText, type Filter, parseChip } from "@/components/board/filter.ts";

const parsers = {
  q: parseAsString.withDefault(""),
  f: parseAsArrayOf(parseAsString).withDefault([]),
  cancelled: parseAsBoolean.withDefault(false),
};

/** The board's filter lives in the URL: typing replaces, choosing pushes history. Unknown chips are passed over. */
export function useFilter() {
  const [{ q, f, cancelled }, set] = useQueryStates(parsers, { history: "replace", clearOnDefault: true });
  const chips = f.flatMap((text) => parseChip(text) ?? []);
  const filter: Filter = { text: q, chips };
  return {
    filter,
    showsCancelled: cancelled,
    setText: (text: string) => set({ q: text }),
    addChip: (chip: Chip) =>
      set({ q: "", f: [...f.filter((text) => text !== chipText(chip)), chipText(chip)] }, { history: "push" }),
    removeChip: (chip: Chip) => set({ f: f.filter((text) => text !== chipText(chip)) }, { history: "push" }),
    clear: () => set({ q: "", f: [] }, { history: "push" }),
    showCancelled: (isShown: boolean) => set({ cancelled: isShown }, { history: "push" }),
  };
}

/** The part of the URL that stays when a card is opened. */
export function boardSearch(params: URLSearchParams): string {
  const kept = new URLSearchParams();
  for (const name of Object.keys(parsers)) {
    const value = params.get(name);
    if (value) kept.set(name, value);
  }
  const text = kept.toString();
  return text && `?${text}`;
}

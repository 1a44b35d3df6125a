/** A key binding of the app; everything that shows keys is generated from these. */
export interface Shortcut {
  id: string;
  /** tinykeys notation: `c`, `g b`, `$mod+k`, `Shift+?`; several when either will do. */
  keys: string | readonly string[];
  /** The heading it stands under in the sheet: `Everywhere`, `Board`, `Card`. */
  scope: string;
  label: string;
  /** Left out where a component handles the key itself and only wants it listed. */
  handler?: (event: KeyboardEvent) => void;
}

export function keysOf(shortcut: Shortcut): readonly string[] {
  return typeof shortcut.keys === "string" ? [shortcut.keys] : shortcut.keys;
}

/** Held keys make a shortcut safe beside typing; a letter alone is not. */
export function hasModifier(keys: string): boolean {
  return /(?:\$mod|Control|Meta|Alt)\+/.test(keys);
}

/** A text field has its own of these: there they are about the text. */
const ownOfFields = ["$mod+z"];

const nonText = ["checkbox", "radio", "button", "submit", "reset", "range", "color", "file", "image"];

export type Place = "page" | "field" | "layer";

interface Spot {
  tagName: string;
  type?: string;
  isContentEditable?: boolean;
  closest(selector: string): unknown;
}

/** Where the focus is: on the page, in a text field, or in a dialog, menu or terminal, which keep their keys. */
export function placeOf(target: Spot | null): Place {
  if (!target) return "page";
  if (target.closest('[role="dialog"],[role="alertdialog"],[role="menu"],[role="listbox"],[data-terminal]'))
    return "layer";
  const tag = target.tagName.toLowerCase();
  const isText = tag === "input" && !nonText.includes(target.type ?? "text");
  return isText || tag === "textarea" || tag === "select" || target.isContentEditable ? "field" : "page";
}

export function isActive(keys: string, place: Place, options: { areSingleKeysOn: boolean }): boolean {
  if (place === "layer") return false;
  if (place === "field" && ownOfFields.includes(keys)) return false;
  return hasModifier(keys) || (place === "page" && options.areSingleKeysOn);
}

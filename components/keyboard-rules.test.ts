import { expect, test } from "vitest";
import { isActive, placeOf } from "@/components/keyboard-rules.ts";
import { keyNames } from "@/components/ui/key-names.ts";

const on = { areSingleKeysOn: true };
const spot = (tagName: string, more: { type?: string; inside?: string; isContentEditable?: boolean } = {}) =>
  placeOf({ tagName, ...more, closest: (selector) => (more.inside && selector.includes(more.inside) ? {} : null) });

test("a letter acts on the page and stays a letter in a text field", () => {
  expect(isActive("c", spot("BUTTON"), on)).toBe(true);
  expect(isActive("c", spot("INPUT", { type: "checkbox" }), on)).toBe(true);
  expect(isActive("c", spot("INPUT", { type: "search" }), on)).toBe(false);
  expect(isActive("g b", spot("DIV", { isContentEditable: true }), on)).toBe(false);
});

test("a held key acts in text fields too, but not in dialogs, menus and terminals", () => {
  expect(isActive("$mod+k", spot("TEXTAREA"), on)).toBe(true);
  for (const inside of ['"dialog"', '"menu"', "data-terminal"]) {
    expect(isActive("$mod+k", spot("BUTTON", { inside }), on)).toBe(false);
  }
});

test("undo in a text field is about the text, on the page about the board", () => {
  expect(isActive("$mod+z", spot("INPUT", { type: "search" }), on)).toBe(false);
  expect(isActive("$mod+z", spot("TEXTAREA"), on)).toBe(false);
  expect(isActive("$mod+z", spot("A"), on)).toBe(true);
});

test("single keys can be switched off", () => {
  expect(isActive("c", "page", { areSingleKeysOn: false })).toBe(false);
  expect(isActive("$mod+k", "page", { areSingleKeysOn: false })).toBe(true);
});

test("keys are named as the platform names them", () => {
  expect(keyNames("$mod+k", { isMac: true })).toEqual([["⌘", "K"]]);
  expect(keyNames("$mod+Shift+ArrowUp", { isMac: false })).toEqual([["Ctrl", "Shift", "↑"]]);
  expect(keyNames("g b", { isMac: false })).toEqual([["G"], ["B"]]);
  expect(keyNames("Shift+?", { isMac: false })).toEqual([["?"]]);
});
